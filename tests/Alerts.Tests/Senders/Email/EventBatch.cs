using System.Text;

namespace Alerts.Tests.Senders.Email;

/// <summary>
/// A request of provider events: some good ones among broken and repeated ones, out of order and in odd encodings.
/// </summary>
internal sealed class EventBatch
{
    private static readonly string[] Texts =
    [
        "\"x\"", "null", "7", "true", "{}", "[]", "\"\"", "\"\\ud83d\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
            "\"al_' or '1\"", "1e999", "\"\\x\"",
        "\"a@example.com\"", "\"sub_nobody\"", "\"<al_x@y>\"", "\"5.1.1\"", "\"bounce\"", "\"spamreport\"",
            "\"dropped\"", "[{\"a\":\"]\"}]",
    ];

    private static readonly string[] Names =
        ["event", "type", "email", "status", "reason", "alert_key", "subscription_id", "smtp-id", "timestamp",
            "sg_event_id", "\\ud83d", "event"];

    private static readonly string[] Nonsense = ["nonsense", "{", "\"half", "{\"event\":}", "{event:'bounce'}", "",
        "/* c */", "NaN", "7", "null", "\"text\"", "[[]]", "{\"a\" 1}"];

    private readonly Random random;

    /// <param name="mails">Key, subscription and address of existing mails.</param>
    /// <param name="tag">Prefix of the first word of each good event's reason.</param>
    public EventBatch(Random random, IReadOnlyList<(string Key, string Subscription, string Address)> mails, string tag)
    {
        this.random = random;
        var events = new List<byte[]>();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            if (random.Next(2) == 0)
            {
                var (key, subscription, address) = mails[random.Next(mails.Count)];
                Good.Add($"{tag}{i}");
                var written = Bytes(Event(key, subscription, address, $"{tag}{i}"));
                events.AddRange(Enumerable.Repeat(written, random.Next(1, 3)));
            }
            else
            {
                events.Add(Bytes(random.Next(3) == 0 ? Closed(Nonsense[random.Next(Nonsense.Length)]) : Broken()));
            }
        }

        var shuffled = events.OrderBy(_ => random.Next()).ToList();
        Body = [.. Bytes(random.Next(8) == 0 ? "\uFEFF[" : " ["), .. shuffled.SelectMany(
            (one, i) => i == 0 ? one : [.. Bytes(",\r\n"), .. one]), .. Bytes(random.Next(8) == 0 ? ",]" : "]")];
    }

    /// <summary>The first word of each good event's reason.</summary>
    public List<string> Good { get; } = [];

    public byte[] Body { get; }

    public override string ToString() => Encoding.Latin1.GetString(Body);

    private string Event(string key, string subscription, string address, string reason)
    {
        string[] members =
        [
            $"\"email\":\"{address}\"",
            random.Next(2) == 0 ? "\"event\":\"dropped\"" : "\"event\":\"bounce\",\"type\":\"blocked\"",
            $"\"reason\":\"{reason} {Tail()}\"",
            random.Next(3) == 0 ? $"\"smtp-id\":\"<{key}@alerts.example.com>\""
                : $"\"alert_key\":\"{key}\",\"subscription_id\":\"{subscription}\"",
            $"\"extra\":{Texts[random.Next(Texts.Length)].Replace("1e999", "1", StringComparison.Ordinal)}",
        ];
        return "{" + string.Join(',', members.OrderBy(_ => random.Next())) + "}";
    }

    private string Tail() => random.Next(5) switch
    {
        0 => "full \\ud83d",
        1 => "Boîte",
        2 => "two\nlines",
        3 => "emoji \\ud83d\\ude00",
        _ => "550",
    };

    /// <summary>Returns an event of random members, most of a wrong type. It never ends a subscription.</summary>
    private string Broken() => "{" + string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ =>
        $"\"{Names[random.Next(Names.Length)]}\":{Texts[random.Next(Texts.Length)]}")) + "}";

    /// <summary>
    /// Removes an opening quote or brace: every reader would take what follows an unclosed text as part of it.
    /// </summary>
    private static string Closed(string nonsense) => nonsense is "\"half" or "{" ? nonsense.TrimStart('"', '{')
        : nonsense;

    private byte[] Bytes(string text)
    {
        var encoding = random.Next(4) == 0 && text.All(c => c < 256) ? Encoding.Latin1 : Encoding.UTF8;
        return encoding.GetBytes(text);
    }
}
