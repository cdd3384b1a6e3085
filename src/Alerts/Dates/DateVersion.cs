namespace Alerts.Dates;

/// <summary>One recorded version of a key date. Versions are never changed or removed.</summary>
/// <param name="Number">1 for the first version, incremented by every change; also the ETag.</param>
/// <param name="RecordedAt">When it was recorded, by the service's clock, in whole milliseconds.</param>
/// <param name="MovedAt">
/// When its revision was recorded: <paramref name="RecordedAt"/>, or earlier for a later edit of the same revision.
/// </param>
/// <param name="Change">What changed from the previous version.</param>
/// <param name="Reason">The operator's reason for the change; null when not given.</param>
/// <param name="KeyDate">The date as of this version.</param>
internal sealed record DateVersion(
    int Number, Instant RecordedAt, Instant MovedAt, DateChange Change, string? Reason, KeyDate KeyDate)
{
    /// <summary>
    /// Sequence number in the store's order of recording; 0 when an earlier product version recorded it.
    /// </summary>
    public long Order { get; init; }

    /// <summary>The <see cref="Order"/> of the version that started this revision.</summary>
    public long MovedOrder { get; init; }

    /// <summary>Returns this version with its sequence numbers set.</summary>
    /// <param name="current">The previous version; null for the first.</param>
    public DateVersion Recorded(long order, DateVersion? current) =>
        this with
        {
            Order = order,
            MovedOrder = Change == DateChange.Edited && current is not null ? current.MovedOrder : order,
        };

    /// <summary>
    /// Returns the version that results from saving <paramref name="wanted"/> (whose revision is ignored) over
    /// <paramref name="current"/>, or null when nothing changes.
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

/// <summary>What a version changed. Every change except <c>Edited</c> starts a new revision.</summary>
internal enum DateChange
{
    Added,
    Moved,
    Edited,
    Cancelled,
    Reinstated,
}
