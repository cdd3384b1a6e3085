using System.Text.Json;
using Alerts.Dates;
using Alerts.Due;

namespace Alerts.Ledger;

/// <summary>
/// Reads and writes ended attempts in the form the ledger stores: one JSON object per line, oldest first, with
/// <c>at</c>, <c>status</c>, <c>ms</c>, <c>response</c>, <c>begun</c> and <c>ended</c> (sequence numbers in the order
/// of recording), <c>outcome</c>, <c>due</c> and <c>expires</c>. Lines written by earlier product versions have only
/// the first four.
/// </summary>
internal static class AttemptLog
{
    /// <summary>How long responses are kept (product contract, section 11).</summary>
    public static readonly Duration AnswersLast = Duration.FromDays(30);

    /// <summary>Base of the sequence numbers for lines without one: below all recorded numbers, by time.</summary>
    private const long BeforeAllRecorded = long.MinValue / 2;

    /// <summary>
    /// Assumed duration, in milliseconds, of an interrupted attempt logged by an earlier product version: the lease of
    /// a claim.
    /// </summary>
    private const long BrokenOffLasts = 60_000;

    /// <summary>Returns the log with one more attempt.</summary>
    public static string Append(string? log, Attempt attempt) =>
        log is null ? Line(attempt) : log + "\n" + Line(attempt);

    /// <summary>Returns the log with the responses removed.</summary>
    /// <param name="butTheNewest">Number of newest attempts that keep their responses.</param>
    public static string WithoutAnswers(string log, int butTheNewest = 0)
    {
        var attempts = Read(log);
        return string.Join('\n', attempts.Select((attempt, i) =>
            Line(i < attempts.Count - butTheNewest ? attempt with { Response = null } : attempt)));
    }

    /// <summary>Returns the log with the last attempt's response and outcome updated by a later report.</summary>
    /// <param name="response">The new response; null to keep the current one.</param>
    /// <param name="outcome">The new outcome; null to keep the current one.</param>
    public static string Answered(string log, string? response, AttemptOutcome? outcome)
    {
        var attempts = Read(log);
        var last = attempts[^1];
        last = last with { Response = response ?? last.Response, Outcome = outcome ?? last.Outcome };
        return string.Join('\n', attempts.SkipLast(1).Append(last).Select(Line));
    }

    public static string Line(Attempt attempt) => JsonWriting.Object(json =>
    {
        json.WriteNumber("at", attempt.At.ToUnixTimeMilliseconds());
        WriteNumber(json, "status", attempt.Status);
        WriteNumber(json, "ms", attempt.Milliseconds);
        json.WriteString("response", attempt.Response);
        if (attempt.Outcome is { } outcome)
        {
            WriteNumber(json, "begun", attempt.Begun);
            WriteNumber(json, "ended", attempt.Ended);
            json.WriteString("outcome", outcome.Word());
            WriteNumber(json, "due", attempt.DueAt?.ToUnixTimeMilliseconds());
            WriteNumber(json, "expires", attempt.Expires?.ToUnixTimeMilliseconds());
        }
    });

    /// <summary>Parses the stored lines without inferring missing values.</summary>
    public static IReadOnlyList<Attempt> Read(string? log) => log is null ? [] : log.Split('\n').Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var entry = json.RootElement;
        return new Attempt(
            InstantOf(entry, "at")!.Value, // always written
            (int?)NumberOf(entry, "status"), NumberOf(entry, "ms"), entry.GetProperty("response").GetString())
        {
            Begun = NumberOf(entry, "begun"),
            Ended = NumberOf(entry, "ended"),
            Outcome = entry.TryGetProperty("outcome", out var outcome) ? OutcomeOf(outcome.GetString()) : null,
            DueAt = InstantOf(entry, "due"),
            Expires = InstantOf(entry, "expires"),
        };
    }).ToList();

    /// <summary>
    /// All attempts of a row, including one in progress, each with its order and outcome. For lines written by an
    /// earlier product version, both are inferred. Such an attempt precedes all recorded ones and is ordered by time.
    /// It counts as delivered when its status is 2xx, or when it is the last attempt of a delivered row.
    /// </summary>
    /// <param name="nextAt">When the row is sent next; null when it is final or in progress.</param>
    /// <param name="attemptAt">When the row's last attempt began, by the service's clock.</param>
    /// <param name="begun">
    /// The sequence number of the row's last attempt; null when an earlier product version began it.
    /// </param>
    public static IReadOnlyList<Attempt> Of(string? log, DeliveryState state, Instant? nextAt, Instant? attemptAt,
        long? begun)
    {
        var read = Read(log);
        var attempts = read.Select((attempt, i) =>
            attempt.Outcome is null ? Inferred(attempt, state, isLast: i == read.Count - 1) : attempt).ToList();
        if (state == DeliveryState.Sending && nextAt is null && attemptAt is { } at)
        {
            attempts.Add(new Attempt(at, null, null, null)
            {
                Begun = begun ?? OrderOf(at),
                Outcome = AttemptOutcome.Unknown,
            });
        }

        return attempts;
    }

    private static Attempt Inferred(Attempt attempt, DeliveryState state, bool isLast) => attempt with
    {
        Begun = OrderOf(attempt.At),
        Ended = OrderOf(attempt.At) + (attempt.Milliseconds ?? BrokenOffLasts),
        Outcome = attempt.Status is >= 200 and < 300 || (isLast && state == DeliveryState.Delivered)
            ? AttemptOutcome.Delivered
            : attempt.Status is null ? AttemptOutcome.Unknown
            : AttemptOutcome.Refused,
    };

    /// <summary>
    /// A substitute sequence number for something that an earlier product version recorded at an instant: lower than
    /// all recorded numbers, ordered by time.
    /// </summary>
    public static long OrderOf(Instant at) => BeforeAllRecorded + at.ToUnixTimeMilliseconds();

    private static AttemptOutcome OutcomeOf(string? word) => EnumWords.Find<AttemptOutcome>(word)
        ?? throw new FormatException(
            $"An attempt in the ledger has the outcome {word}, which this version does not know.");

    private static long? NumberOf(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static Instant? InstantOf(JsonElement entry, string name) =>
        NumberOf(entry, name) is { } at ? Instant.FromUnixTimeMilliseconds(at) : null;

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

/// <summary>The part of an alert's row that <see cref="Knowledge"/> needs.</summary>
/// <param name="Begun">
/// The sequence number of the last attempt; null before the first attempt and when an earlier product version began it.
/// </param>
internal sealed record NotificationRow(
    int Revision, string? Log, DeliveryState State, Instant? NextAt, Instant? AttemptAt, long? Begun)
{
    /// <summary>
    /// The row's attempts, each with the newest version of its revision. That is enough to decide what is owed, because
    /// the versions of a revision are the same to readers.
    /// </summary>
    /// <param name="byRevision">The date in each revision; must contain this row's revision.</param>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyDictionary<int, KeyDate> byRevision) =>
        Attempts(_ => byRevision[Revision]);

    /// <summary>The row's attempts, each with the date as it was recorded when the attempt began.</summary>
    /// <param name="history">All versions of the date, oldest first.</param>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyList<DateVersion> history)
    {
        var versions = history.Where(version => version.KeyDate.Revision == Revision).ToList();
        return Attempts(begun =>
            (versions.FindLast(version => begun is null || version.Order < begun) ?? versions[0]).KeyDate);
    }

    private IEnumerable<NotificationAttempt> Attempts(Func<long?, KeyDate> dateAt) =>
        AttemptLog.Of(Log, State, NextAt, AttemptAt, Begun).Select(attempt => new NotificationAttempt(
            dateAt(attempt.Begun), attempt.Begun ?? 0, attempt.Ended, attempt.Outcome == AttemptOutcome.Delivered,
            attempt.At));
}
