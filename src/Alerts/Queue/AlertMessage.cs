using System.Buffers;
using System.Text.Json;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Queue;

/// <summary>
/// What travels in a queue apart from the ledger: which rows are due, never what they say to anybody. Rows whose number has moved on
/// are passed over.
/// </summary>
/// <param name="Alerts">1 to 1,000, which differ only in their subscriptions.</param>
/// <param name="DestinationKey">The destination they share; see <see cref="Senders.IChannel.MaxPerDestination"/>.</param>
/// <param name="Number">The number of the send, from 1: a retry or a moved not-before is a new number, since queues drop an id they know.</param>
/// <param name="NotBefore">By the service's clock.</param>
/// <param name="Written">The rows as they were written, when nothing has become of them since; null when they are to be read.</param>
internal sealed record AlertMessage(string Channel, long DestinationKey, IReadOnlyList<LedgerName> Alerts, int Number, Instant NotBefore, WrittenRows? Written = null)
{
    /// <summary>Rows in one message at most (product contract, section 11).</summary>
    public const int Most = 1000;

    /// <summary>A retry, or of a destination known to be slow; see <see cref="QueueNames"/>. It does not travel with the message.</summary>
    public bool IsSlow { get; init; }

    /// <summary>The first row's key, a dot and the number of the send.</summary>
    public string Id => FormattableString.Invariant($"{Alerts[0].Key}.{Number}");

    public byte[] ToBody()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("channel", Channel);
            json.WriteNumber("lane", DestinationKey);
            json.WriteNumber("number", Number);
            json.WriteNumber("notBefore", NotBefore.ToUnixTimeMilliseconds());
            json.WriteString("date", Alerts[0].KeyDateId);
            json.WriteNumber("revision", Alerts[0].Revision);
            json.WriteNumber("kind", (int)Alerts[0].Kind);
            json.WriteString("lead", Alerts[0].Lead);
            if (Written is { } written)
            {
                json.WriteNumber("dueAt", written.DueAt.ToUnixTimeMilliseconds());
                if (written.Expires is { } expires)
                {
                    json.WriteNumber("expires", expires.ToUnixTimeMilliseconds());
                }

                json.WriteNumber("createdAt", written.CreatedAt.ToUnixTimeMilliseconds());
            }

            json.WriteStartArray("alerts");
            for (var i = 0; i < Alerts.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("key", Alerts[i].Key);
                json.WriteString("subscription", Alerts[i].SubscriptionId);
                if (Written is not null)
                {
                    json.WriteString("tag", Written.Tags[i]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null when it is none of ours.</summary>
    public static AlertMessage? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var (date, revision, kind, lead) = (Text(root, "date"), root.GetProperty("revision").GetInt32(), (AlertKind)root.GetProperty("kind").GetInt32(), Text(root, "lead"));
            var alerts = root.GetProperty("alerts").EnumerateArray().ToList();
            return alerts.Count is > 0 and <= Most
                ? new AlertMessage(
                    Text(root, "channel"), root.GetProperty("lane").GetInt64(), [.. alerts.Select(alert => new LedgerName(Text(alert, "subscription"), date, revision, kind, lead))],
                    root.GetProperty("number").GetInt32(), At(root.GetProperty("notBefore")),
                    root.TryGetProperty("dueAt", out var dueAt)
                        ? new WrittenRows(
                            At(dueAt), root.TryGetProperty("expires", out var expires) ? At(expires) : null, At(root.GetProperty("createdAt")), [.. alerts.Select(alert => Text(alert, "tag"))])
                        : null)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    private static Instant At(JsonElement element) => Instant.FromUnixTimeMilliseconds(element.GetInt64());
}

/// <summary>What else the ledger holds of rows that wait for their first attempt, so that whoever claims them need not read them.</summary>
/// <param name="Tags">One a row: what the ledger knows it by as it was written. A claim by a tag that has changed fails.</param>
internal sealed record WrittenRows(Instant DueAt, Instant? Expires, Instant CreatedAt, IReadOnlyList<string> Tags);

/// <summary>Names one row of the ledger.</summary>
/// <param name="KeyDateId">Empty for a service message.</param>
/// <param name="Lead">As the subscription holds it; <c>-</c> for a correction; the id of a service message.</param>
internal sealed record LedgerName(string SubscriptionId, string KeyDateId, int Revision, AlertKind Kind, string Lead)
{
    /// <summary>The alert key, or the <c>msg_…</c> of a service message.</summary>
    public string Key => Kind == AlertKind.Service ? Lead : AlertKey.Of(SubscriptionId, KeyDateId, Revision, Kind, Lead);
}
