namespace Alerts.Dates;

/// <summary>A day or moment at which something happens, with its description, as of one version.</summary>
/// <param name="Id">1 to 64 characters of <c>a-z 0-9 -</c>.</param>
/// <param name="Title">1 to 200 characters without control characters.</param>
/// <param name="Summary">Up to 2,000 characters; may have line breaks; null for none.</param>
/// <param name="Topics">Up to 20, in the same format as ids, distinct, in the order given.</param>
/// <param name="When">The day or moment; the first day of a date that spans several.</param>
/// <param name="End">
/// The last day or moment, inclusive, in the zone of <paramref name="When"/>; null when the date has no end of its own.
/// </param>
/// <param name="Status">Tentative, confirmed or cancelled.</param>
/// <param name="Source">An absolute http or https URL; null for none.</param>
/// <param name="CheckedOn">The day on which the source was last checked; null when unknown.</param>
/// <param name="Revision">
/// 1 when added; incremented when the moment or end changes, and when the date is cancelled or reinstated.
/// </param>
internal sealed record KeyDate(
    string Id, string Title, string? Summary, IReadOnlyList<string> Topics,
    Moment When, Moment? End, DateStatus Status, string? Source, LocalDate? CheckedOn, int Revision)
{
    /// <summary>
    /// Number of days after which a check of the source no longer counts (product contract, the catalogue).
    /// </summary>
    private const int ChecksHoldDays = 30;

    public bool IsCancelled => Status == DateStatus.Cancelled;

    public Instant Start => When.Start;

    /// <summary>
    /// The instant from which the date has occurred: the end of its last day, or the (last) instant of a timed date.
    /// </summary>
    public Instant Over => (End ?? When).Over;

    /// <summary>
    /// Whether the date is not over and was not checked within the last 30 days, or ever. A date that is read from a
    /// source is checked there.
    /// </summary>
    /// <param name="origin">The source that the date is read from; null for none.</param>
    public bool IsUnchecked(DateOrigin? origin, Instant now) =>
        Over > now && origin?.CheckedAt is null
        && (CheckedOn is not { } on || Period.DaysBetween(on, now.InUtc().Date) > ChecksHoldDays);

    /// <summary>
    /// Whether <c>when</c> and <c>end</c> are the same to readers (see <see cref="Moment.IsSameAs"/>).
    /// </summary>
    public bool IsAtSameTimeAs(KeyDate other) =>
        When.IsSameAs(other.When) && (End, other.End) switch
        {
            (null, null) => true,
            ({ } mine, { } theirs) => mine.IsSameAs(theirs),
            (null, { }) or ({ }, null) => false,
        };

    /// <summary>
    /// Whether an alert about one date says the same as an alert about the other. Two cancelled dates are the same;
    /// otherwise <c>when</c> and <c>end</c> are compared.
    /// </summary>
    public bool IsSameToReaders(KeyDate other) =>
        IsCancelled || other.IsCancelled ? IsCancelled && other.IsCancelled : IsAtSameTimeAs(other);

    /// <summary>Whether everything except the id and the revision is equal.</summary>
    public bool HasSameContentAs(KeyDate other) =>
        Topics.SequenceEqual(other.Topics)
        && this == other with { Id = Id, Topics = Topics, Revision = Revision }; // a list equals only itself
}

/// <summary>
/// How certain a date is. The phases <c>occurred</c> and <c>upcoming</c> are computed and never stored.
/// </summary>
internal enum DateStatus
{
    Tentative,
    Confirmed,
    Cancelled,
}

/// <summary>One field that a change gives a different value, in words for previews.</summary>
/// <param name="Field">The field's name in JSON.</param>
/// <param name="Old">The old value; null when there was none.</param>
/// <param name="New">The new value; null when there is none.</param>
internal sealed record FieldChange(string Field, string? Old, string? New)
{
    /// <summary>The fields that differ, in the order of the JSON members.</summary>
    /// <param name="before">Null for a new date, whose non-empty fields are all returned.</param>
    public static IReadOnlyList<FieldChange> Between(KeyDate? before, KeyDate after) =>
    [
        .. ((FieldChange[])
        [
            new("title", before?.Title, after.Title),
            new("summary", before?.Summary, after.Summary),
            new("topics", Words(before?.Topics), Words(after.Topics)),
            new("when", Words(before?.When), Words(after.When)),
            new("end", Words(before?.End), Words(after.End)),
            new("status", before?.Status.Word(), after.Status.Word()),
            new("source", before?.Source, after.Source),
            new("checkedOn", Words(before?.CheckedOn), Words(after.CheckedOn)),
        ]).Where(change => change.Old != change.New),
    ];

    /// <summary>
    /// Formats a moment as <c>2026-11-10 00:01 America/New_York</c> or <c>2026-11-10 (all day) Asia/Seoul</c>; null for
    /// none.
    /// </summary>
    public static string? Words(Moment? moment) => moment is null ? null
        : TimeText.Write(moment.On) + " " + (moment.At is { } at ? TimeText.Write(at)
            : "(all day)") + " " + moment.Zone.Id;

    private static string? Words(LocalDate? on) => on is { } day ? TimeText.Write(day) : null;

    private static string? Words(IReadOnlyList<string>? topics) =>
        topics is { Count: > 0 } ? string.Join(", ", topics) : null;
}

/// <summary>The external source that a date is read from.</summary>
/// <param name="CheckedAt">Time of the last read that contained the date; null when unknown.</param>
/// <param name="IsPinned">Whether the date was edited manually since the source last changed it.</param>
internal sealed record DateOrigin(string SourceId, Instant? CheckedAt, bool IsPinned);
