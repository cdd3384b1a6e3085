using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>The date that a change at a source would make of ours.</summary>
internal static class ProposedDate
{
    /// <param name="content">What the source says, or <see cref="SourceDate.Absent"/>.</param>
    /// <param name="current">The date as it is; null when there is none.</param>
    /// <param name="topics">The topics that the source adds.</param>
    /// <param name="problem">Why there is none, in a sentence.</param>
    public static KeyDate? Of(
        SourceEntry entry, string content, KeyDate? current, IReadOnlyList<string> topics, out string? problem)
    {
        problem = null;
        if (content == SourceDate.Absent)
        {
            return current is null ? null : current with { Status = DateStatus.Cancelled };
        }

        var read = SourceDate.Of(content);

        // A date that was cancelled because it had vanished comes back by being there again.
        return (entry.Applied == SourceDate.Absent && read.Status is null ? read with { IsWhole = true } : read)
            .AppliedTo(current, topics, out problem);
    }
}
