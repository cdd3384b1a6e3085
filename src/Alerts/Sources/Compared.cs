namespace Alerts.Sources;

/// <summary>The result of comparing one read.</summary>
/// <param name="Entries">
/// The entries that change. Those with an accepted proposal are saved as key dates at once.
/// </param>
/// <param name="Warnings">Warnings, each a sentence; null to keep those of the last read.</param>
/// <param name="HasAbsent">
/// Whether the next read must examine absent dates even if the source reports no change.
/// </param>
/// <param name="HasNew">
/// Whether proposals to add a date are open, so that the next read must examine whether their ids are still free.
/// </param>
/// <param name="HeldBecause">Why the changes are held for review; null when they are not.</param>
internal sealed record Compared(
    IReadOnlyList<SourceEntry> Entries, IReadOnlyList<string>? Warnings, bool HasAbsent, bool HasNew,
    string? HeldBecause);
