using System.Buffers;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>Finished attempts as the ledger keeps them: one JSON object a line, oldest first.</summary>
internal static class AttemptLog
{
    /// <summary>What the other side answered is kept so long (product contract, section 11).</summary>
    public static readonly Duration AnswersLast = Duration.FromDays(30);

    /// <summary>The log with one attempt more.</summary>
    public static string Append(string? log, Attempt attempt) => log is null ? Line(attempt) : log + "\n" + Line(attempt);

    /// <summary>The log without what was answered.</summary>
    /// <param name="butTheNewest">How many of the newest attempts keep their answers.</param>
    public static string WithoutAnswers(string log, int butTheNewest = 0)
    {
        var attempts = Read(log);
        return string.Join('\n', attempts.Select((attempt, i) => Line(i < attempts.Count - butTheNewest ? attempt with { Response = null } : attempt)));
    }

    /// <summary>The log with what has become known since of its last attempt.</summary>
    public static string Answered(string log, string response)
    {
        var attempts = Read(log);
        return string.Join('\n', attempts.SkipLast(1).Append(attempts[^1] with { Response = response }).Select(Line));
    }

    public static string Line(Attempt attempt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("at", attempt.At.ToUnixTimeMilliseconds());
            WriteNumber(json, "status", attempt.Status);
            WriteNumber(json, "ms", attempt.Milliseconds);
            json.WriteString("response", attempt.Response);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<Attempt> Read(string? log) => log is null ? [] : log.Split('\n').Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var entry = json.RootElement;
        return new Attempt(
            Instant.FromUnixTimeMilliseconds(entry.GetProperty("at").GetInt64()),
            entry.GetProperty("status") is { ValueKind: JsonValueKind.Number } status ? status.GetInt32() : null,
            entry.GetProperty("ms") is { ValueKind: JsonValueKind.Number } ms ? ms.GetInt64() : null,
            entry.GetProperty("response").GetString());
    }).ToList();

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
