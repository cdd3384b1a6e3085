using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>Computes the key date that a change in a source would produce.</summary>
internal static class ProposedDate
{
    /// <param name="content">The content of the source, or <see cref="SourceDate.Absent"/>.</param>
    /// <param name="current">The current key date; null when there is none.</param>
    /// <param name="topics">The topics that the source adds.</param>
    /// <param name="problem">Why no date can be made, as a sentence; null when there is nothing to report.</param>
    public static KeyDate? Of(
        SourceEntry entry, string content, KeyDate? current, IReadOnlyList<string> topics, out string? problem)
    {
        problem = null;
        if (content == SourceDate.Absent)
        {
            return current is null ? null : current with { Status = DateStatus.Cancelled };
        }

        var read = SourceDate.Of(content);

        return (read.Status is null && IsCancellationGone(entry) ? read with { IsWhole = true } : read)
            .AppliedTo(current, topics, out problem);
    }

    /// <summary>
    /// Whether what cancelled the date is no longer in the source: the date had vanished and is present again, or an
    /// override cancelled it and its series covers it again.
    /// </summary>
    private static bool IsCancellationGone(SourceEntry entry) =>
        entry.Applied == SourceDate.Absent
        || (entry is { Applied: { } applied, OverrideStamp: null } && SourceDate.Of(applied).IsCancelledOverride);
}
