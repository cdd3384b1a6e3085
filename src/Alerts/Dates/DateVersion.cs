using NodaTime;

namespace Alerts.Dates;

/// <summary>One recorded state of a key date; versions are only ever added.</summary>
/// <param name="Number">1 for the first state recorded here, +1 with every edit; also the ETag.</param>
/// <param name="RecordedAt">When it entered here, by the service's clock, in whole milliseconds.</param>
/// <param name="MovedAt">When its revision was recorded: <paramref name="RecordedAt"/>, or earlier for a later edit of the same revision.</param>
/// <param name="Change">What it changed.</param>
/// <param name="Reason">Why, in the operator's words; null when not given.</param>
/// <param name="KeyDate">The date as it stood from then on.</param>
internal sealed record DateVersion(int Number, Instant RecordedAt, Instant MovedAt, DateChange Change, string? Reason, KeyDate KeyDate)
{
    /// <summary>Its place in the store's order of recording; 0 when an earlier version recorded it.</summary>
    public long Order { get; init; }

    /// <summary>That of the version that began its revision.</summary>
    public long MovedOrder { get; init; }

    /// <summary>With its place in the order of recording.</summary>
    /// <param name="current">The version it follows; null for the first.</param>
    public DateVersion Recorded(long order, DateVersion? current) =>
        this with { Order = order, MovedOrder = Change == DateChange.Edited && current is not null ? current.MovedOrder : order };

    /// <summary>
    /// The version that follows from saving <paramref name="wanted"/> (whose revision is ignored) over <paramref name="current"/>,
    /// or null when that changes nothing.
    /// </summary>
    public static DateVersion? Next(DateVersion? current, KeyDate wanted, string? reason, Instant now)
    {
        if (current is null)
        {
            return new DateVersion(1, now, now, DateChange.Added, reason, wanted with { Revision = 1 });
        }

        var before = current.KeyDate;
        if (wanted.HasSameContentAs(before))
        {
            return null;
        }

        var change = (before.IsCancelled, wanted.IsCancelled) switch
        {
            (false, true) => DateChange.Cancelled,
            (true, false) => DateChange.Reinstated,
            (false, false) or (true, true) => wanted.IsAtSameTimeAs(before) ? DateChange.Edited : DateChange.Moved,
        };
        var isNewRevision = change != DateChange.Edited;
        return new DateVersion(
            current.Number + 1, now, isNewRevision ? now : current.MovedAt, change, reason,
            wanted with { Revision = before.Revision + (isNewRevision ? 1 : 0) });
    }
}

/// <summary>What a version changed; all but <c>Edited</c> begin a new revision.</summary>
internal enum DateChange
{
    Added,
    Moved,
    Edited,
    Cancelled,
    Reinstated,
}
