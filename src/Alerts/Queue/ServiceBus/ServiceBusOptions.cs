using Alerts.Subscriptions;
using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// How to connect to the namespace: from <c>Alerts:ServiceBus:ConnectionString</c> or
/// <c>Alerts:ServiceBus:Namespace</c>, of which exactly one must be set. <c>ToString</c> omits the key.
/// </summary>
/// <param name="Host">Host name, such as <c>alerts.servicebus.windows.net</c>.</param>
/// <param name="ConnectionString">With a shared access key; null to use a managed identity.</param>
internal sealed record ServiceBusOptions(string Host, string? ConnectionString)
{
    private const string Key = "ServiceBus:ConnectionString";
    private const string Namespace = "ServiceBus:Namespace";
    private const string Example =
        "Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=POLICY;SharedAccessKey=KEY";

    /// <exception cref="BadSettingException">
    /// Neither or both are set, or the value cannot be used; the message never contains a key.
    /// </exception>
    public static ServiceBusOptions From(Settings settings) => (settings.Text(Key), settings.Text(Namespace)) switch
    {
        (null, null) => throw Bad($"is missing: write {Example}, or set Alerts:{Namespace} to use a managed identity"),
        (not null, not null) => throw Bad(
            $"and Alerts:{Namespace} are both set: keep the one for a key or the other for a managed identity"),
        ({ } text, null) => new ServiceBusOptions(HostIn(text), text),
        (null, { } host) => Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.')
            ? new ServiceBusOptions(host, ConnectionString: null)
            : throw settings.Bad(
                Namespace, "write the namespace's full host name, such as NAME.servicebus.windows.net"),
    };

    public override string ToString() => Host;

    private static string HostIn(string connectionString)
    {
        try
        {
            return ServiceBusConnectionStringProperties.Parse(connectionString) switch
            {
                { Endpoint: null } => throw Bad($"lacks Endpoint: write {Example}"),
                { EntityPath: not null } => throw Bad(
                    "names one queue (EntityPath): write the connection string of the namespace, without EntityPath"),
                { SharedAccessSignature: not null } => throw Bad(
                    "holds a SharedAccessSignature, which expires: write SharedAccessKeyName and SharedAccessKey "
                    + "instead"),
                { SharedAccessKeyName: null or "" } => throw Bad($"lacks SharedAccessKeyName: write {Example}"),
                { SharedAccessKey: null or "" } => throw Bad($"lacks SharedAccessKey: write {Example}"),
                var parts => parts.Endpoint.Host,
            };
        }
        catch (FormatException)
        {
            throw Bad($"is not usable: write parts NAME=VALUE separated by semicolons, as in {Example}");
        }
    }

    private static BadSettingException Bad(string what) => new($"Alerts:{Key} {what}.");
}

/// <summary>Adds Service Bus as the queue, for sending.</summary>
internal static class ServiceBusRegistration
{
    public static void AddServiceBus(this IServiceCollection services, Settings settings)
    {
        var options = ServiceBusOptions.From(settings);
        services.AddSingleton(of => new ServiceBusConnection(
            options, new DefaultAzureCredential(), of.GetRequiredService<ILogger<ServiceBusConnection>>(),
            of.GetRequiredService<ChannelKinds>().All[0].Name));
        services.AddSingleton<IAlertQueueSender, AlertQueueSender>();
    }
}
