using NodaTime;

namespace Alerts.Sources;

/// <summary>When a source is read next, and when it counts as failing. Pure.</summary>
internal static class SourceSchedule
{
    private static readonly Duration Day = Duration.FromHours(24);

    /// <summary>
    /// After a failure: <c>every</c>, doubled by each further failure in a row up to the longer of 24 h and
    /// <c>every</c>; later when the source asks for it.
    /// </summary>
    /// <param name="failures">Failures in a row, this one included.</param>
    public static Duration AfterFailure(Duration every, int failures, Duration? retryAfter)
    {
        var longest = Duration.Max(Day, every);
        var delay = Duration.Min(every * Math.Pow(2, Math.Min(failures - 1, 16)), longest);
        return retryAfter is { } asked ? Duration.Max(delay, asked) : delay;
    }

    /// <summary>Whether it has had no success for the longer of 24 h and three times <c>every</c>.</summary>
    public static bool IsFailing(SourceState state, Instant now) =>
        state is { Failures: > 0, Source.Enabled: true, IsRemoved: false }
        && now - (state.CheckedAt ?? state.AddedAt) > Duration.Max(Day, state.Source.Every * 3);

    /// <summary>The word that answers and pages have for it.</summary>
    public static string Word(SourceState state, Instant now) =>
        !state.Source.Enabled ? "off"
        : IsFailing(state, now) ? "failing"
        : state.Failures > 0 ? "retrying"
        : state.CheckedAt is null ? "new"
        : "ok";
}
