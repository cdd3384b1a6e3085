namespace Alerts.Sources;

/// <summary>What one full answer of a source holds.</summary>
internal sealed record Reading
{
    /// <summary>In the order of the source, no id twice.</summary>
    public IReadOnlyList<SourceDate> Dates { get; init; } = [];

    /// <summary>Ids of dates that are there but cannot be read: they count as unchanged.</summary>
    public IReadOnlySet<string> Unreadable { get; init; } = new HashSet<string>();

    /// <summary>Series that are there but cannot be read, by UID.</summary>
    public IReadOnlySet<string> UnreadableSeries { get; init; } = new HashSet<string>();

    /// <summary>Whether there is more than was read: then no date counts as absent.</summary>
    public bool IsPartial { get; init; }

    /// <summary>What was left out or read otherwise than it may seem, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
