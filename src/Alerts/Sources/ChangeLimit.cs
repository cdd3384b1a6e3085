using NodaTime;

namespace Alerts.Sources;

/// <summary>
/// How much a source may change without review. A read that would change more is held as a whole: a feed that was
/// taken over, or that is broken, changes no date by itself.
/// </summary>
internal static class ChangeLimit
{
    /// <summary>Dates that may be added in 24 hours (product contract, section 13).</summary>
    private const int MostAdded = 50;

    /// <summary>Dates that may always be moved, cancelled or lost in 24 hours.</summary>
    private const int AlwaysLost = 5;

    /// <summary>Of the dates still ahead, the part that may be moved, cancelled or lost in 24 hours: a fifth.</summary>
    private const int LostPart = 5;

    /// <summary>What is counted together.</summary>
    public static readonly Duration Window = Duration.FromHours(24);

    /// <summary>Why a read is held for review; null when it is not.</summary>
    /// <param name="added">Dates added within the window, by this read and before.</param>
    /// <param name="lost">Dates moved, cancelled or lost within the window, by this read and before.</param>
    /// <param name="ahead">The source's dates that are still ahead.</param>
    public static string? Exceeded(bool isFirstRead, int added, int lost, int ahead) =>
        isFirstRead ? "it is the first read of this source"
        : added > MostAdded ? FormattableString.Invariant(
            $"{added} dates would be added within 24 hours, more than {MostAdded}")
        : lost > AlwaysLost && lost * LostPart > ahead ? FormattableString.Invariant(
            $"{lost} of {ahead} dates ahead would be moved, cancelled or lost within 24 hours")
        : null;
}
