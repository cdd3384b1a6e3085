using Alerts.Core;

namespace Alerts.Queue.ServiceBus;

/// <summary>Connection settings of the namespace (<c>Alerts:ServiceBus:*</c>); <c>ToString</c> omits the key.</summary>
/// <param name="Host">Host name, such as <c>alerts.servicebus.windows.net</c>.</param>
/// <param name="ConnectionString">With a shared access key; null to use a managed identity.</param>
/// <param name="Endpoint">Address to connect to, if not port 5671 of the host; null otherwise.</param>
internal sealed record ServiceBusOptions(string Host, string? ConnectionString, Uri? Endpoint)
{
    public override string ToString() => Host;
}

/// <summary>
/// Reads <c>Alerts:ServiceBus:ConnectionString</c> or <c>Alerts:ServiceBus:Namespace</c>; exactly one must be set.
/// </summary>
internal static class ServiceBusSettings
{
    private const string ConnectionString = "ServiceBus:ConnectionString";
    private const string Namespace = "ServiceBus:Namespace";
    private const string Example =
        "Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=POLICY;SharedAccessKey=KEY";

    private static readonly string[] Required = ["SharedAccessKeyName", "SharedAccessKey"];

    /// <exception cref="BadSettingException">
    /// Neither or both are set, or the value cannot be used; the message never contains a key.
    /// </exception>
    public static ServiceBusOptions Read(Settings of) => (of.Text(ConnectionString), of.Text(Namespace)) switch
    {
        (null, null) => throw Bad($"is missing: write {Example}, or set Alerts:{Namespace} to use a managed identity"),
        (not null, not null) => throw Bad(
            $"and Alerts:{Namespace} are both set: keep the one for a key or the other for a managed identity"),
        ({ } text, null) => Parsed(text),
        (null, { } host) => Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.')
            ? new ServiceBusOptions(host, ConnectionString: null, Endpoint: null)
            : throw of.Bad(Namespace, "write the namespace's full host name, such as NAME.servicebus.windows.net"),
    };

    private static ServiceBusOptions Parsed(string text)
    {
        Uri? endpoint = null;
        var (isEmulator, parts) = (false, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));
        var isReadable = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .All(part => part is [{ Length: > 0 } name, var value] && parts.TryAdd(name, value));
        var bad = !isReadable
                ? $"is not usable: write parts NAME=VALUE separated by semicolons, each name once, as in {Example}"
            : parts.ContainsKey("EntityPath")
                ? "names one queue (EntityPath): write the connection string of the namespace, without EntityPath"
            : parts.ContainsKey("SharedAccessSignature")
                ? "holds a SharedAccessSignature, which expires: write SharedAccessKeyName and SharedAccessKey instead"
            : !bool.TryParse(parts.GetValueOrDefault("UseDevelopmentEmulator", "false"), out isEmulator)
                ? "has a UseDevelopmentEmulator that is neither true nor false: write it as true or leave it out"
            : !Uri.TryCreate(parts.GetValueOrDefault("Endpoint"), UriKind.Absolute, out endpoint)
                || endpoint is not { Scheme: "sb", Host.Length: > 0, UserInfo: "", AbsolutePath: "/" }
                ? $"has no usable Endpoint: write one that begins with sb://, as in {Example}"
            : Array.Find(Required, name => parts.GetValueOrDefault(name) is not { Length: > 0 }) is { } lacking
                ? $"lacks {lacking}: write {Example}"
            : null;
        // The library uses a port only when the emulator flag is set.
        return bad is null
            ? new ServiceBusOptions(endpoint!.Host, text, endpoint.Port > 0 && !isEmulator ? endpoint : null)
            : throw Bad(bad);
    }

    private static BadSettingException Bad(string what) => new($"Alerts:{ConnectionString} {what}.");
}
