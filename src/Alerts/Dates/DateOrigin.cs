using NodaTime;

namespace Alerts.Dates;

/// <summary>The external source that a date is read from.</summary>
/// <param name="CheckedAt">Time of the last read that contained the date; null when unknown.</param>
/// <param name="IsPinned">Whether the date was edited manually since the source last changed it.</param>
internal sealed record DateOrigin(string SourceId, Instant? CheckedAt, bool IsPinned);
