using Alerts.App;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Reads <c>Alerts:ServiceBus:ConnectionString</c> (a namespace's, with a shared access key) or <c>:Namespace</c> (with a
/// managed identity); exactly one of them.
/// </summary>
internal static class ServiceBusSettings
{
    private const string ConnectionString = "ServiceBus:ConnectionString";
    private const string Namespace = "ServiceBus:Namespace";
    private const string Example = "Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=POLICY;SharedAccessKey=KEY";

    /// <exception cref="BadSettingException">Neither, both, or one that cannot be used; the sentence never holds a key.</exception>
    public static ServiceBusOptions Read(Settings settings) => (settings.Text(ConnectionString), settings.Text(Namespace)) switch
    {
        (null, null) => throw Bad($"is missing: write {Example}, or set Alerts:{Namespace} to use a managed identity"),
        (not null, not null) => throw Bad($"and Alerts:{Namespace} are both set: keep the one for a key or the other for a managed identity"),
        ({ } text, null) => Parsed(text),
        (null, { } host) => Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.', StringComparison.Ordinal)
            ? new ServiceBusOptions(host, 5671, IsEmulator: false, Key: null)
            : throw settings.Bad(Namespace, "write the namespace's full host name, such as NAME.servicebus.windows.net"),
    };

    private static ServiceBusOptions Parsed(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !parts.TryAdd(part[..at].Trim(), part[(at + 1)..].Trim()))
            {
                throw Bad($"is not usable: write parts NAME=VALUE separated by semicolons, each name once, as in {Example}");
            }
        }

        if (parts.ContainsKey("EntityPath"))
        {
            throw Bad("names one queue (EntityPath): write the connection string of the namespace, without EntityPath");
        }

        if (parts.ContainsKey("SharedAccessSignature"))
        {
            throw Bad("holds a SharedAccessSignature, which expires: write SharedAccessKeyName and SharedAccessKey instead");
        }

        var isEmulator = parts.GetValueOrDefault("UseDevelopmentEmulator") is { } flag
            && (bool.TryParse(flag, out var value) ? value : throw Bad("has a UseDevelopmentEmulator that is neither true nor false: write UseDevelopmentEmulator=true or leave it out"));
        if (!Uri.TryCreate(parts.GetValueOrDefault("Endpoint"), UriKind.Absolute, out var endpoint) || endpoint is not { Scheme: "sb", Host.Length: > 0, UserInfo: "", AbsolutePath: "/" })
        {
            throw Bad($"has no usable Endpoint: write one that begins with sb://, as in {Example}");
        }

        return new ServiceBusOptions(
            endpoint.Host,
            endpoint.Port > 0 ? endpoint.Port : isEmulator ? 5672 : 5671,
            isEmulator,
            new SharedAccessKey(Required(parts, "SharedAccessKeyName"), Required(parts, "SharedAccessKey")));
    }

    private static string Required(Dictionary<string, string> parts, string name) =>
        parts.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw Bad($"lacks {name}: write {Example}");

    private static BadSettingException Bad(string what) => new($"Alerts:{ConnectionString} {what}.");
}
