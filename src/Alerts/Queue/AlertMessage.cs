using System.Text;
using System.Text.Json;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// A message in a queue outside the ledger. It names due rows and holds no text or addresses. A row that has a newer
/// number by now is skipped.
/// </summary>
/// <param name="Alerts">1 to 1,000 rows; all rows that travel as one email are in one message.</param>
/// <param name="DestinationKey">
/// The destination that the rows share; see <see cref="Subscriptions.ChannelKind.Destinations"/>.
/// </param>
/// <param name="Number">
/// Sequence number of this send, from 1. A retry or a changed not-before gets a new number, because queues drop a
/// message whose id they already know.
/// </param>
/// <param name="NotBefore">Earliest send time, by the service's clock.</param>
/// <param name="Written">
/// The rows as they were written, one for each alert, if they have not changed since; null when the receiver must read
/// them.
/// </param>
internal sealed record AlertMessage(
    string Channel, long DestinationKey, IReadOnlyList<LedgerName> Alerts, int Number, Instant NotBefore,
    IReadOnlyList<WrittenRow>? Written = null)
{
    /// <summary>Maximum number of rows in one message (product contract, section 11).</summary>
    public const int Max = 1000;

    /// <summary>
    /// Maximum number of different texts in one message. It keeps 1,000 rows below 256 KB (limit
    /// of Service Bus Standard).
    /// </summary>
    public const int MaxTexts = 300;

    /// <summary>
    /// Whether the message belongs in the slow queue: it is a retry, or its destination is known to be slow (see
    /// <see cref="QueueNames"/>). Not serialized.
    /// </summary>
    public bool IsSlow { get; init; }

    /// <summary>The first row's key, a dot, and <see cref="Number"/>.</summary>
    public string Id => FormattableString.Invariant($"{Alerts[0].Key}.{Number}");

    /// <summary>
    /// Serializes the message as JSON. A single text is written into the root object, as earlier versions did; of
    /// several texts, each row names its own by index.
    /// </summary>
    public byte[] ToBody()
    {
        var texts = Alerts.Select(TextOf).Distinct().ToList();
        return Encoding.UTF8.GetBytes(JsonWriting.Object(json =>
        {
            json.WriteString("channel", Channel);
            json.WriteNumber("lane", DestinationKey);
            json.WriteNumber("number", Number);
            json.WriteNumber("notBefore", NotBefore.ToUnixTimeMilliseconds());
            if (texts.Count == 1)
            {
                texts[0].Write(json);
            }
            else
            {
                WriteObjects(json, "texts", texts, text => text.Write(json));
            }

            var places = texts.Select((text, place) => (text, place)).ToDictionary();
            WriteObjects(json, "alerts", Enumerable.Range(0, Alerts.Count), i =>
            {
                json.WriteString("key", Alerts[i].Key);
                json.WriteString("subscription", Alerts[i].SubscriptionId);
                if (texts.Count > 1)
                {
                    json.WriteNumber("text", places[TextOf(Alerts[i], i)]);
                }

                if (Written is not null)
                {
                    json.WriteString("tag", Written[i].Tag);
                }
            });
        }));
    }

    /// <summary>Parses a body; null when it is not an alert message.</summary>
    public static AlertMessage? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            List<SharedText> texts = root.TryGetProperty("texts", out var several)
                ? [.. several.EnumerateArray().Select(SharedText.Read)] : [SharedText.Read(root)];
            var alerts = root.GetProperty("alerts").EnumerateArray().Select(alert => (
                Text: alert.TryGetProperty("text", out var index) ? texts[index.GetInt32()] : texts[0],
                Subscription: Text(alert, "subscription"),
                Tag: alert.TryGetProperty("tag", out _) ? Text(alert, "tag") : null)).ToList();
            var areWritten = alerts.TrueForAll(alert => alert is { Tag: not null, Text.DueAt: not null });
            return alerts.Count is > 0 and <= Max
                ? new AlertMessage(
                    Text(root, "channel"), root.GetProperty("lane").GetInt64(),
                    [.. alerts.Select(alert => alert.Text.NameOf(alert.Subscription))],
                    root.GetProperty("number").GetInt32(), At(root.GetProperty("notBefore")),
                    areWritten ? [.. alerts.Select(alert => alert.Text.RowOf(alert.Tag!))] : null) // all have tags
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private SharedText TextOf(LedgerName name, int place) => Written?[place] is { } written
        ? new(name.KeyDateId, name.Revision, name.Kind, name.Lead, written.DueAt, written.Expires, written.CreatedAt)
        : new(name.KeyDateId, name.Revision, name.Kind, name.Lead, null, null, null);

    private static void WriteObjects<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> writeMembers)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            writeMembers(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    private static Instant At(JsonElement element) => Instant.FromUnixTimeMilliseconds(element.GetInt64());

    /// <summary>What rows of one text share. The instants are set only if the message holds written rows.</summary>
    private sealed record SharedText(
        string KeyDateId, int Revision, AlertKind Kind, string Lead, Instant? DueAt, Instant? Expires,
        Instant? CreatedAt)
    {
        public LedgerName NameOf(string subscriptionId) => new(subscriptionId, KeyDateId, Revision, Kind, Lead);

        public WrittenRow RowOf(string tag) => DueAt is { } dueAt && CreatedAt is { } createdAt
            ? new WrittenRow(dueAt, Expires, createdAt, tag)
            : throw new FormatException("A row that was written has its instants.");

        public void Write(Utf8JsonWriter json)
        {
            json.WriteString("date", KeyDateId);
            json.WriteNumber("revision", Revision);
            json.WriteNumber("kind", (int)Kind);
            json.WriteString("lead", Lead);
            WriteAt("dueAt", DueAt);
            WriteAt("expires", Expires);
            WriteAt("createdAt", CreatedAt);

            void WriteAt(string name, Instant? at)
            {
                if (at is { } instant)
                {
                    json.WriteNumber(name, instant.ToUnixTimeMilliseconds());
                }
            }
        }

        public static SharedText Read(JsonElement json) => new(
            Text(json, "date"), json.GetProperty("revision").GetInt32(), (AlertKind)json.GetProperty("kind").GetInt32(),
            Text(json, "lead"), AtOrNull(json, "dueAt"), AtOrNull(json, "expires"), AtOrNull(json, "createdAt"));

        private static Instant? AtOrNull(JsonElement json, string name) =>
            json.TryGetProperty(name, out var at) ? At(at) : null;
    }
}

/// <summary>The rest of a row that waits for its first attempt, so that it can be claimed without being read.</summary>
/// <param name="Tag">The row's version tag (ETag) when it was written. A claim with an outdated tag fails.</param>
internal sealed record WrittenRow(Instant DueAt, Instant? Expires, Instant CreatedAt, string Tag);

/// <summary>Identifies one row of the ledger.</summary>
/// <param name="KeyDateId">Empty for a service message.</param>
/// <param name="Lead">
/// The lead as the subscription stores it; <c>-</c> for a correction; the id of a service message.
/// </param>
internal sealed record LedgerName(string SubscriptionId, string KeyDateId, int Revision, AlertKind Kind, string Lead)
{
    /// <summary>The alert key, or the id (<c>msg_…</c>) of a service message.</summary>
    public string Key =>
        Kind == AlertKind.Service ? Lead : AlertKey.Of(SubscriptionId, KeyDateId, Revision, Kind, Lead);
}

/// <summary>
/// Sends messages to a queue outside the ledger. Returns when the queue has accepted them;
/// sending one twice is harmless.
/// </summary>
internal interface IAlertQueueSender
{
    Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel);
}

/// <summary>
/// Names of the queues outside the ledger: one per channel, with the channel's name, and a second one for a channel
/// whose slow destinations must not occupy the workers of the others.
/// </summary>
internal static class QueueNames
{
    /// <summary>Ends the name of a second queue.</summary>
    public const string Slow = "-slow";

    /// <summary>The queues of a channel: two if its destinations take turns.</summary>
    public static IReadOnlyList<string> Of(IChannel channel) =>
        channel.Kind.Destinations is null ? [channel.Name] : [channel.Name, channel.Name + Slow];

    /// <summary>
    /// The queue a message is sent to. Retries and alerts for destinations known to be slow go to the slow queue, if
    /// the channel has one.
    /// </summary>
    public static string Of(AlertMessage message) =>
        message.IsSlow && message.DestinationKey != 0 ? message.Channel + Slow : message.Channel;

    public static bool IsSlow(string queue) => queue.EndsWith(Slow, StringComparison.Ordinal);
}
