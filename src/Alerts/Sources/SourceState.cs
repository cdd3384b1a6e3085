using System.Text.Json;
using System.Text.Json.Serialization;

namespace Alerts.Sources;

/// <summary>A source and the state of its reads; one row of a store.</summary>
internal sealed record SourceState
{
    public required Source Source { get; init; }

    /// <summary>When the source was added, added again, or edited so that it reads something else.</summary>
    public required Instant AddedAt { get; init; }

    /// <summary>
    /// How often the source was added again, or edited so that it reads something else. Tells whether a read began
    /// before.
    /// </summary>
    public int Generation { get; init; }

    /// <summary>When the source is read next, by the service's clock.</summary>
    public required Instant NextAt { get; init; }

    /// <summary>When the source was last read successfully; null before the first time.</summary>
    public Instant? CheckedAt { get; init; }

    /// <summary>Number of successful reads, including 304 responses.</summary>
    public long Reads { get; init; }

    /// <summary>Whether the first read is done. All changes of the first read are held for review.</summary>
    public bool HasFirstRead { get; init; }

    /// <summary>Number of consecutive failures; 0 while reads succeed.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last read failed, in one line; null when it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>When the current series of failures began; null while reads succeed.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>Whether the operator was notified by email that the source is failing.</summary>
    public bool IsReported { get; init; }

    /// <summary>
    /// The UTC day of the last full response; null before the first one, and in states of versions that did not keep
    /// it.
    /// </summary>
    public LocalDate? WholeOn { get; init; }

    /// <summary>Whether the last full response held series, which are expanded around the day of the read.</summary>
    public bool HasSeries { get; init; }

    /// <summary>The pages of the last full response, with their validators for conditional requests.</summary>
    public IReadOnlyList<PageValidator> Pages { get; init; } = [];

    /// <summary>Dates added without review in the last 24 hours.</summary>
    public IReadOnlyList<SavedDates> Saved { get; init; } = [];

    /// <summary>What was left out of the last full response; each entry is a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether some dates are absent but not yet proposed as vanished.</summary>
    public bool HasAbsent { get; init; }

    /// <summary>Whether proposals to add a date were open after the last read.</summary>
    public bool HasNew { get; init; }

    /// <summary>Whether the source was removed. Its key dates and entries stay.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Number of writes. A save succeeds only over the version it was made from. 0 for a new source.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    public string Id => Source.Id;

    /// <summary>Whether reading the last full response again would give the same dates.</summary>
    public bool IsCurrentOn(Instant now) => WholeOn is { } day && (!HasSeries || day == now.InUtc().Date);

    /// <summary>Returns the state after a successful read.</summary>
    /// <param name="reading">The full response; null when the source answered that nothing has changed.</param>
    public SourceState After(
        Reading? reading, Compared compared, IReadOnlyList<PageValidator> validators, Instant now) => this with
        {
            CheckedAt = now,
            NextAt = now + Source.Every,
            Reads = Reads + 1,
            HasFirstRead = true,
            Failures = 0,
            Error = null,
            FailingSince = null,
            IsReported = false,
            WholeOn = reading is null ? WholeOn : now.InUtc().Date,
            HasSeries = reading?.HasSeries ?? HasSeries,
            Pages = validators,
            Warnings = compared.Warnings is { } warnings ? Bounded(warnings) : Warnings,
            HasAbsent = compared.HasAbsent,
            HasNew = compared.HasNew,
        };

    public string ToStored() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceState);

    public static SourceState FromStored(string stored, long version) =>
        (JsonSerializer.Deserialize(stored, SourceFormat.Json.SourceState)
            ?? throw new FormatException("A stored source is null.")) with
        { Version = version };

    /// <summary>
    /// Limits the warnings to what a stored row can hold: 50 warnings of up to 300 characters, then the number left
    /// out.
    /// </summary>
    private static List<string> Bounded(IReadOnlyList<string> warnings)
    {
        const int Max = 50;
        const int Longest = 300;
        var kept = warnings.Take(Max).Select(one => PlainText.Cut(PlainText.OneLine(one), Longest)).ToList();
        return warnings.Count <= Max ? kept
            : [.. kept, $"And {warnings.Count - Max} more."];
    }
}

/// <summary>A page of a response with its validators for a conditional request.</summary>
internal sealed record PageValidator(string Url, string? ETag, string? LastModified)
{
    public bool IsUsable => ETag is not null || LastModified is not null;
}

/// <summary>The number of dates that one read added without review.</summary>
internal sealed record SavedDates(Instant At, int Added);

/// <summary>Decides when a source is read next and when it counts as failing. Pure.</summary>
internal static class SourceSchedule
{
    private static readonly Duration Day = Duration.FromHours(24);

    /// <summary>
    /// Returns the delay after a failure: <c>every</c>, doubled by each further consecutive failure up to the longer of
    /// 24 h and <c>every</c>; longer when the source asks for it.
    /// </summary>
    /// <param name="failures">Number of consecutive failures, including this one.</param>
    public static Duration AfterFailure(Duration every, int failures, Duration? retryAfter)
    {
        var longest = Duration.Max(Day, every);
        var delay = Duration.Min(every * Math.Pow(2, Math.Min(failures - 1, 16)), longest);
        return retryAfter is { } asked ? Duration.Max(delay, asked) : delay;
    }

    /// <summary>Whether no read has succeeded for the longer of 24 h and three times <c>every</c>.</summary>
    public static bool IsFailing(SourceState state, Instant now) => now > FailsAfter(state);

    /// <summary>Returns the instant after which the source is failing; null while its reads succeed.</summary>
    public static Instant? FailsAfter(SourceState state) =>
        state is { Failures: > 0, Source.Enabled: true, IsRemoved: false }
            ? (state.CheckedAt ?? state.AddedAt) + Duration.Max(Day, state.Source.Every * 3) : null;

    /// <summary>Returns the status word used in responses and on pages.</summary>
    public static string Word(SourceState state, Instant now) =>
        !state.Source.Enabled ? "off"
        : IsFailing(state, now) ? "failing"
        : state.Failures > 0 ? "retrying"
        : state.CheckedAt is null ? "new"
        : "ok";
}
