using NodaTime;

namespace Alerts.Dates;

/// <summary>Where a date is read from.</summary>
/// <param name="CheckedAt">The last read that contained it; null when that is not known.</param>
/// <param name="IsPinned">Whether somebody has edited it by hand since the source last wrote it.</param>
internal sealed record DateOrigin(string SourceId, Instant? CheckedAt, bool IsPinned);
