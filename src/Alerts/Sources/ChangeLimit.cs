using NodaTime;

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
    /// <param name="added">Dates added within the window, by this read and earlier ones.</param>
    /// <param name="lost">Dates moved, cancelled or lost within the window, by this read and earlier ones.</param>
    /// <param name="ahead">The number of the source's upcoming dates.</param>
    public static string? Exceeded(bool isFirstRead, int added, int lost, int ahead) =>
        isFirstRead ? "it is the first read of this source"
        : added > MaxAdded ? FormattableString.Invariant(
            $"{added} dates would be added within 24 hours, more than {MaxAdded}")
        : lost > AlwaysLost && lost * LostPart > ahead ? FormattableString.Invariant(
            $"{lost} of {ahead} dates ahead would be moved, cancelled or lost within 24 hours")
        : null;
}
