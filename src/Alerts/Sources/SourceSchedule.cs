using NodaTime;

namespace Alerts.Sources;

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
