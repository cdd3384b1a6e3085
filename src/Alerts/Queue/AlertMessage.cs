using System.Buffers;
using System.Text.Json;
using Alerts.Ledger;
using NodaTime;

namespace Alerts.Queue;

/// <summary>
/// What travels in a queue apart from the ledger: which rows are due, never what they say. Whoever receives it takes the rows from
/// the ledger; rows whose number has moved on are passed over unread.
/// </summary>
/// <param name="Alerts">1 to 1,000, all of one text when they are mails.</param>
/// <param name="Lane">The destination they share; see <see cref="Senders.IChannel.SlotsPerLane"/>.</param>
/// <param name="Number">The number of the send, from 1: a retry or a moved not-before is a new number, since queues drop an id they know.</param>
/// <param name="NotBefore">By the service's clock.</param>
internal sealed record AlertMessage(string Channel, long Lane, IReadOnlyList<LedgerName> Alerts, int Number, Instant NotBefore)
{
    /// <summary>Rows in one message at most (product contract, section 11).</summary>
    public const int Most = 1000;

    /// <summary>The first row's key, a dot and the number of the send.</summary>
    public string Id => FormattableString.Invariant($"{Alerts[0].Key}.{Number}");

    public byte[] ToBody()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("channel", Channel);
            json.WriteNumber("lane", Lane);
            json.WriteNumber("number", Number);
            json.WriteNumber("notBefore", NotBefore.ToUnixTimeMilliseconds());
            json.WriteStartArray("alerts");
            foreach (var alert in Alerts)
            {
                json.WriteStartObject();
                json.WriteString("key", alert.Key);
                json.WriteString("s", alert.SubscriptionId);
                json.WriteString("d", alert.KeyDateId);
                json.WriteNumber("r", alert.Revision);
                json.WriteNumber("k", (int)alert.Kind);
                json.WriteString("l", alert.Lead);
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
            var alerts = root.GetProperty("alerts").EnumerateArray().Select(alert => new LedgerName(
                Text(alert, "s"), Text(alert, "d"), alert.GetProperty("r").GetInt32(), (AlertKind)alert.GetProperty("k").GetInt32(), Text(alert, "l"))).ToList();
            return alerts.Count is > 0 and <= Most
                ? new AlertMessage(
                    Text(root, "channel"), root.GetProperty("lane").GetInt64(), alerts, root.GetProperty("number").GetInt32(), Instant.FromUnixTimeMilliseconds(root.GetProperty("notBefore").GetInt64()))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");
}

/// <summary>Names one row of the ledger.</summary>
/// <param name="KeyDateId">Empty for a service message.</param>
/// <param name="Lead">As the subscription holds it; <c>-</c> for a correction; the id of a service message.</param>
internal sealed record LedgerName(string SubscriptionId, string KeyDateId, int Revision, AlertKind Kind, string Lead)
{
    /// <summary>The alert key, or the <c>msg_…</c> of a service message.</summary>
    public string Key => Kind == AlertKind.Service ? Lead : AlertKey.Of(SubscriptionId, KeyDateId, Revision, Kind, Lead);
}
