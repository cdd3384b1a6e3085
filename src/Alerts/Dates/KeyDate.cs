using Alerts.Core;
using NodaTime;

namespace Alerts.Dates;

/// <summary>Something that happens at a known day or moment, as it stands in one of its versions.</summary>
/// <param name="Id">1 to 64 of <c>a-z 0-9 -</c>.</param>
/// <param name="Title">1 to 200 characters without control characters.</param>
/// <param name="Summary">Up to 2,000 characters, line breaks kept; null when there is none.</param>
/// <param name="Topics">Up to 20, of the id's form, distinct, in the order given.</param>
/// <param name="When">Its day or moment; the first day of a date that spans several.</param>
/// <param name="End">The last day or moment, inclusive, in the zone of <paramref name="When"/>; null for a single one.</param>
/// <param name="Status">Tentative, confirmed or cancelled.</param>
/// <param name="Source">An absolute http or https URL; null when there is none.</param>
/// <param name="CheckedOn">The day the source was last read; null when never said.</param>
/// <param name="Revision">1 when added, +1 whenever its moment or end changes or it is cancelled or reinstated.</param>
internal sealed record KeyDate(
    string Id, string Title, string? Summary, IReadOnlyList<string> Topics,
    Moment When, Moment? End, DateStatus Status, string? Source, LocalDate? CheckedOn, int Revision)
{
    /// <summary>After so many days a look at the source tells nothing any more (product contract, the catalogue).</summary>
    private const int ChecksHoldDays = 30;

    public bool IsCancelled => Status == DateStatus.Cancelled;

    public Instant Start => When.Start;

    /// <summary>The instant from which the date has occurred: the end of its last day, or the (last) instant of a timed one.</summary>
    public Instant Over => (End ?? When).Over;

    /// <summary>Whether it is not over and nobody has looked at its source for more than 30 days, or has ever said so.</summary>
    public bool IsUnchecked(Instant now) =>
        Over > now && (CheckedOn is not { } on || Period.DaysBetween(on, now.InUtc().Date) > ChecksHoldDays);

    /// <summary>Whether <c>when</c> and <c>end</c> are the same for those who were told.</summary>
    public bool IsAtSameTimeAs(KeyDate other) =>
        When.IsSameAs(other.When) && (End, other.End) switch
        {
            (null, null) => true,
            ({ } mine, { } theirs) => mine.IsSameAs(theirs),
            (null, { }) or ({ }, null) => false,
        };

    /// <summary>Whether telling one is telling the other: compared by when, end and cancelled or not; one cancelled state equals another.</summary>
    public bool IsSameToReaders(KeyDate other) =>
        IsCancelled || other.IsCancelled ? IsCancelled && other.IsCancelled : IsAtSameTimeAs(other);

    /// <summary>Whether nothing at all differs, the revision aside.</summary>
    public bool HasSameContentAs(KeyDate other) =>
        Title == other.Title && Summary == other.Summary && Topics.SequenceEqual(other.Topics) && When == other.When && End == other.End
        && Status == other.Status && Source == other.Source && CheckedOn == other.CheckedOn;
}

/// <summary>How sure a date is. <c>occurred</c> and <c>upcoming</c> are computed, never stored.</summary>
internal enum DateStatus
{
    Tentative,
    Confirmed,
    Cancelled,
}
