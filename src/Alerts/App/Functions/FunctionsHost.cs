using Alerts.Queue;

namespace Alerts.App.Functions;

/// <summary>Whether this process was started by the Azure Functions host, as its custom handler, and where it is to listen then.</summary>
internal static class FunctionsHost
{
    private const string Variable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    /// <summary>Where the host calls; null outside of it. The address is told explicitly: the host's own <c>ASPNETCORE_URLS</c> is inherited.</summary>
    /// <exception cref="BadSettingException">The variable holds no port.</exception>
    public static Uri? Address(IConfiguration environment) => environment[Variable] is not { Length: > 0 } text ? null
        : ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port > 0
            ? new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}"))
            : throw new BadSettingException($"{Variable} holds no port: the Functions host sets it; take it away to run stand-alone.");

    /// <summary>What takes the place of the stand-alone loops.</summary>
    public static void AddFunctions(this IServiceCollection services) => services
        .AddSingleton<FunctionsDoor>()
        .AddSingleton(QueueHandlerOptions.UnderFunctions)
        .AddSingleton<BackgroundService, DateChangeWorker>();

    /// <exception cref="BadSettingException">The queue is not one that the host reads.</exception>
    public static void Check(Settings settings)
    {
        if (!settings.HasQueueApart())
        {
            throw settings.Bad("Queue", "under the Functions host write ServiceBus, with Alerts:Store=TableStorage");
        }
    }

    /// <summary>The address that a laptop can guess and the host cannot.</summary>
    public static BadSettingException Lacks(Settings settings) =>
        settings.Bad("PublicUrl", "under the Functions host write the address people reach the service under, such as https://alerts.example.com");
}
