using Alerts.Dates;
using Alerts.Senders;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The fields that a change would alter, with old and new values in words, as every preview shows them.
/// </summary>
internal static class FieldChanges
{
    /// <param name="before">The date as it is; null for a new date.</param>
    /// <param name="after">The date as it would be; null if nothing would change.</param>
    public static Html List(KeyDate? before, KeyDate? after) =>
        Html.Maybe(after, date => List(FieldChange.Between(before, date), before, date));

    /// <summary>When the date is, the old time struck out if it changes, and the other fields that change.</summary>
    /// <param name="before">The date as it is; null for a new date, of which only the time is shown.</param>
    /// <param name="after">The date as it would be.</param>
    public static Html WithWhen(KeyDate? before, KeyDate after)
    {
        var now = DateText.Own(after);
        var was = before is null || DateText.Own(before) == now ? null : DateText.Own(before);
        bool IsShown(FieldChange change) => was is not null && change.Field is "when" or "end";
        List<FieldChange> others = before is null ? []
            : [.. FieldChange.Between(before, after).Where(change => !IsShown(change))];
        return Html.Of(
            $"""
            <div>{Html.Maybe(was, Old)}<strong>{now}</strong> {DateText.Badges(after)}</div>
            {List(others, before, after)}
            """);
    }

    private static Html List(IReadOnlyList<FieldChange> changes, KeyDate? before, KeyDate after) =>
        changes.Count == 0 ? Html.Nothing : Html.Of(
            $"""<dl class="changes">{Html.Each(changes, change => One(InWords(change, before, after)))}</dl>""");

    private static Html One(FieldChange change) => Html.Of(
        $"""
        <dt>{AdminDateForm.Label(change.Field)}</dt>
        <dd>{Html.Maybe(change.Old, Old)}<bdi>{change.New ?? "none"}</bdi></dd>

        """);

    private static Html Old(string value) => Html.Of($"<del class=\"old\"><bdi>{value}</bdi></del> ");

    /// <summary>
    /// The values as pages write them; as the file has them where these would read the same, such as a time zone that
    /// is written by another name.
    /// </summary>
    private static FieldChange InWords(FieldChange change, KeyDate? before, KeyDate after)
    {
        var words = change with
        {
            Old = Words(change.Field, change.Old, before),
            New = Words(change.Field, change.New, after),
        };
        return words.Old == words.New ? change : words;
    }

    private static string? Words(string field, string? value, KeyDate? date) => (field, date) switch
    {
        ("when", { } of) => DateText.Own(of.When),
        ("end", { End: { } end }) => DateText.Own(end),
        ("checkedOn", { CheckedOn: { } on }) => TimeWords.Of(on),
        _ => value,
    };
}
