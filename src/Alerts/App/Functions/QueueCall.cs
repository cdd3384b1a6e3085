using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace Alerts.App.Functions;

/// <summary>
/// One queue message as the Functions host hands it over: <c>{"Data":{"message":…},"Metadata":{…}}</c>. What stands in it is JSON text inside
/// strings, sometimes once more inside another string, sometimes not, and what is null is left out; so all of it is read with tolerance, and
/// the body, which holds our own keys, is never guessed from anything but <c>Data</c>.
/// </summary>
/// <param name="Id">The broker's message id; empty when there is none.</param>
/// <param name="Body">As it was sent, byte by byte.</param>
/// <param name="FailedDeliveries">How often it was handed out before.</param>
/// <param name="EnqueuedAt">Since when it may be handed out; null when not told. The host leaves out the zone: it is UTC.</param>
/// <param name="TraceParent">The W3C trace context of its sender; null for none.</param>
internal sealed record QueueCall(string Id, ReadOnlyMemory<byte> Body, int FailedDeliveries, Instant? EnqueuedAt, string? TraceParent)
{
    /// <summary>Reads the host's call; null when no body can be made out.</summary>
    public static QueueCall? Read(ReadOnlyMemory<byte> envelope)
    {
        try
        {
            using var json = JsonDocument.Parse(envelope);
            if (Member(json.RootElement, "Data") is not { ValueKind: JsonValueKind.Object } data || data.EnumerateObject().Count() != 1 || BodyOf(data.EnumerateObject().Single().Value) is not { } body)
            {
                return null;
            }

            var about = Member(json.RootElement, "Metadata");
            var deliveries = int.TryParse(Text(about, "DeliveryCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1;
            return new QueueCall(Text(about, "MessageId") ?? "", body, Math.Max(0, deliveries - 1), At(about, "EnqueuedTimeUtc") ?? At(about, "EnqueuedTime"), TraceOf(about));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or text in it that is no Unicode.
            return null;
        }
    }

    /// <summary>Base64, which <c>dataType: binary</c> gives; or a JSON text, where that was left out.</summary>
    private static byte[]? BodyOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || Unquoted(value.GetString()) is not { } text)
        {
            return null;
        }

        return text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text)
            : Base64.IsValid(text) ? Convert.FromBase64String(text)
            : null;
    }

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static string? Text(JsonElement? of, string name) => Member(of, name) switch
    {
        { ValueKind: JsonValueKind.String } text => Unquoted(text.GetString()),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>What stands in the string when it is itself a JSON string (once more, in the worst case), or the string.</summary>
    private static string? Unquoted(string? text)
    {
        for (var depth = 0; depth < 2 && text is ['"', .., '"']; depth++)
        {
            try
            {
                text = JsonSerializer.Deserialize<string>(text);
            }
            catch (JsonException)
            {
                return text; // it only begins and ends with a quotation mark
            }
        }

        return text;
    }

    private static Instant? At(JsonElement? about, string name) =>
        DateTimeOffset.TryParse(Text(about, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? Instant.FromDateTimeOffset(at)
            : null;

    private static string? TraceOf(JsonElement? about)
    {
        if (Member(about, "ApplicationProperties") is not { ValueKind: JsonValueKind.String } quoted)
        {
            return Text(Member(about, "ApplicationProperties"), "traceparent");
        }

        try
        {
            using var json = JsonDocument.Parse(Unquoted(quoted.GetString()) ?? "null");
            return Text(json.RootElement, "traceparent");
        }
        catch (JsonException)
        {
            return null; // a message without a trace is a message all the same
        }
    }
}
