namespace Alerts.Sources;

/// <summary>
/// Limits how much a source may change without review. A read that would change more is held as a whole, so that a
/// hijacked or broken feed changes no date by itself.
/// </summary>
internal static class ChangeLimit
{
    /// <summary>Maximum number of dates added in 24 hours (product contract, section 13).</summary>
    private const int MaxAdded = 50;

    /// <summary>Number of dates that may always be moved, cancelled or lost in 24 hours.</summary>
    private const int AlwaysLost = 5;

    /// <summary>Divisor: at most one fifth of the upcoming dates may be moved, cancelled or lost in 24 hours.</summary>
    private const int LostPart = 5;

    /// <summary>The period over which changes are counted.</summary>
    public static readonly Duration Window = Duration.FromHours(24);

    /// <summary>Returns why a read is held for review; null when it is not.</summary>
    /// <param name="state">The source before the read.</param>
    /// <param name="before">The entries of the source before the read.</param>
    /// <param name="after">The entries of the source after the read.</param>
    public static string? HeldBecause(
        SourceState state, IReadOnlyCollection<SourceEntry> before, IEnumerable<SourceEntry> after, Instant now)
    {
        var since = now - Window;
        var added = state.Saved.Where(one => one.At > since).Sum(one => one.Added);
        var lost = 0; // each date counts once, however often it was moved
        foreach (var entry in after)
        {
            var proposal = entry.Proposal?.FoundAt > since ? entry.Proposal : null;
            var isAbsent = entry.AbsentSince == state.Reads + 1 || entry.SeenAt > since;
            added += proposal?.Change == ProposedChange.Added ? 1 : 0;
            lost += entry.LostAt > since || proposal is { IsLoss: true } || (isAbsent && IsAhead(entry, now)) ? 1 : 0;
        }

        return Exceeded(!state.HasFirstRead, added, lost, before.Count(entry => IsAhead(entry, now)));
    }

    private static bool IsAhead(SourceEntry entry, Instant now) => entry.AppliedVersion is not null && entry.Over > now;

    /// <param name="added">Dates added within the window, by this read and earlier ones.</param>
    /// <param name="lost">Dates moved, cancelled or lost within the window, by this read and earlier ones.</param>
    /// <param name="ahead">The number of the source's upcoming dates.</param>
    private static string? Exceeded(bool isFirstRead, int added, int lost, int ahead) =>
        isFirstRead ? "it is the first read of this source"
        : added > MaxAdded ? $"{added} dates would be added within 24 hours, more than {MaxAdded}"
        : lost > AlwaysLost && lost * LostPart > ahead
            ? $"{lost} of {ahead} dates ahead would be moved, cancelled or lost within 24 hours"
        : null;
}
