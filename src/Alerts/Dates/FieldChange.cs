using Alerts.Core;
using NodaTime;

namespace Alerts.Dates;

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
            new("status", before is null ? null : KeyDateJson.Word(before.Status), KeyDateJson.Word(after.Status)),
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
