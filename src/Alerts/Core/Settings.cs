using System.Net;
using System.Security.Cryptography;
using NCrontab;

namespace Alerts.Core;

/// <summary>An invalid setting. The service refuses to start and shows this message.</summary>
internal sealed class BadSettingException(string message) : Exception(message);

/// <summary>
/// Reads the settings below <c>Alerts</c> from <c>appsettings.json</c> and the environment. Each module declares its
/// own options.
/// </summary>
internal sealed class Settings(IConfiguration configuration)
{
    public string? Text(string name) => configuration["Alerts:" + name] is { Length: > 0 } value ? value : null;

    public IReadOnlyList<string> List(string name) =>
        configuration.GetSection("Alerts:" + name).GetChildren().Select(child => child.Value).OfType<string>().ToList()
            is { Count: > 0 } items
            ? items
            : Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>IP networks in CIDR notation, such as <c>10.1.0.0/16</c>.</summary>
    /// <exception cref="BadSettingException">An item is not such a network.</exception>
    public IReadOnlyList<IPNetwork> Networks(string name) => Array.ConvertAll([.. List(name)], text =>
        IPNetwork.TryParse(text, out var network)
            ? network
            : throw new BadSettingException(
                $"Alerts:{name} holds \"{text}\": write CIDR ranges such as 10.1.0.0/16."));

    /// <summary>One of the given words, in any case. The first word is the default.</summary>
    /// <exception cref="BadSettingException">The value is none of the words.</exception>
    public string OneOf(string name, params string[] words)
    {
        var value = Text(name) ?? words[0];
        return words.FirstOrDefault(word => string.Equals(word, value, StringComparison.OrdinalIgnoreCase))
            ?? throw Bad(
                name,
                $"write {(words.Length == 1 ? words[0] + ", the only one built so far" : string.Join(" or ", words))}");
    }

    public bool Flag(string name, bool otherwise) =>
        OneOf(name, otherwise ? ["true", "false"] : ["false", "true"]) == "true";

    /// <summary>An ISO 8601 duration of weeks, days, hours, minutes and seconds, such as <c>PT30S</c>.</summary>
    /// <exception cref="BadSettingException">The value is not such a duration, or is out of range.</exception>
    public Duration Span(string name, Duration otherwise, Duration atLeast, Duration atMost) =>
        Text(name) is not { } text ? otherwise
        : TimeText.Span(text, atLeast, atMost) ?? throw Bad(
            name,
            $"write an ISO 8601 duration from {TimeText.Write(atLeast)} to {TimeText.Write(atMost)}, such as PT30S");

    public int Number(string name, int otherwise, int from, int to) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, System.Globalization.NumberStyles.None, null, out var value)
            && value >= from && value <= to
            ? value
        : throw Bad(name, $"write a whole number from {from} to {to}");

    /// <summary>Checks the schedule of a timer of the Functions host, which reads the setting itself.</summary>
    /// <exception cref="BadSettingException">The value is not a cron expression with seconds.</exception>
    public void CheckSchedule(string name)
    {
        if (Text(name) is { } text && CrontabSchedule.TryParse(text, new() { IncludingSeconds = true }) is null)
        {
            throw Bad(name, "write a cron expression with seconds, such as \"0 */5 * * * *\" for every five minutes");
        }
    }

    /// <summary>Checks the name of a header (RFC 9110, section 5.1).</summary>
    /// <exception cref="BadSettingException">The value is not such a name.</exception>
    public void CheckHeader(string name)
    {
        if (Text(name) is { } text && !text.All(c => char.IsAsciiLetterOrDigit(c)
            || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            throw Bad(name, "write the name of a header, such as X-Azure-ClientIP");
        }
    }

    /// <summary>Creates the exception for an invalid setting.</summary>
    /// <param name="advice">What to write instead.</param>
    /// <param name="isSecret">Whether to leave the value out of the message.</param>
    public BadSettingException Bad(string name, string advice, bool isSecret = false) =>
        new($"Alerts:{name} {State(Text(name), isSecret)}: {advice}.");

    private static string State(string? value, bool isSecret) =>
        value is null ? "is not set" : isSecret ? "is not usable" : $"is \"{value}\"";

    /// <summary>The public URL; null when not set.</summary>
    /// <exception cref="BadSettingException">
    /// The value is not an absolute http or https URL without query, fragment and user.
    /// </exception>
    public PublicUrl? PublicUrl()
    {
        if (Text("PublicUrl") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { Query: "", Fragment: "", UserInfo: "" }
            ? new PublicUrl(url)
            : throw Bad(
                "PublicUrl",
                "write an absolute http or https address without user and query, such as https://alerts.example.com",
                isSecret: url?.UserInfo.Length > 0);
    }

    /// <summary>The key from which tokens are derived; null to use the key that is stored with the data.</summary>
    /// <exception cref="BadSettingException">The value has fewer than 16 characters.</exception>
    public byte[]? TokenKey() => Text("TokenKey") switch
    {
        null => null,
        { Length: >= 16 } text => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)),
        _ => throw Bad("TokenKey", "write at least 16 random characters", isSecret: true),
    };

    /// <summary>
    /// Whether the queue is separate from the ledger (Table Storage with Service Bus) or the ledger itself (SQLite).
    /// </summary>
    /// <exception cref="BadSettingException">The store and the queue cannot be combined.</exception>
    public bool HasSeparateQueue() =>
        (OneOf("Store", "Sqlite", "TableStorage"), OneOf("Queue", "Store", "ServiceBus")) switch
        {
            ("Sqlite", "Store") => false,
            ("TableStorage", "ServiceBus") => true,
            _ => throw Bad(
                "Queue", "write Store (with Alerts:Store=Sqlite) or ServiceBus (with Alerts:Store=TableStorage)"),
        };

    public string? AdminKey() =>
        Text("AdminKey") is not { } key || key.Length >= 8
            ? Text("AdminKey")
            : throw Bad("AdminKey", "write at least 8 random characters", isSecret: true);

    public Duration CorrectionsHold() => Span("Corrections:Hold", Duration.Zero, Duration.Zero, Duration.FromDays(1));
}

/// <summary>The folder where a stand-alone service keeps its database, outbox and locks.</summary>
/// <param name="Path">Created if it does not exist.</param>
/// <param name="DatabasePath">In this folder, unless <c>Alerts:Sqlite:Path</c> is set.</param>
internal sealed record DataFolder(string Path, string DatabasePath)
{
    public string Outbox => System.IO.Path.Combine(Path, "outbox");
}
