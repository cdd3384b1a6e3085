using Alerts.Core;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>What is wrong with a form, field by field: said at the field, and listed at the head of the form.</summary>
/// <param name="problems">By JSON pointer; the first segment is the field, or where that is an object (<c>/channel/address</c>) the second.</param>
internal sealed class FieldErrors(IReadOnlyList<Problem> problems)
{
    public static readonly FieldErrors None = new([]);

    /// <summary>The fields of our forms that show their sentences themselves.</summary>
    private static readonly string[] Fields =
    [
        "address", "at", "checkedOn", "contact", "dates", "end", "end-date", "end-time", "format", "id", "leads",
        "quietHours", "quietHours-from", "quietHours-to", "reason", "source", "status", "summary", "timeZone", "title",
        "topics", "url", "when", "when-date", "when-time", "when-timeZone",
    ];

    public bool IsEmpty => problems.Count == 0;

    /// <summary>The sentences of one field below it; nothing when it is right.</summary>
    public Html At(string field) => Html.Each(
        problems.Where(problem => FieldOf(problem) == field),
        problem => Html.Of($"<p class=\"error\" id=\"{field}-error\">{problem.Detail}</p>"));

    /// <summary>Attributes of the field's input: that it is wrong, and which sentences speak of it.</summary>
    /// <param name="hint">The id of its hint; null for none.</param>
    public Html Attributes(string field, string? hint = null)
    {
        var isWrong = problems.Any(problem => FieldOf(problem) == field);
        var describedBy = string.Join(' ', new[] { isWrong ? field + "-error" : null, hint }.OfType<string>());
        return Html.Of(
            $"{Html.If(isWrong, Html.Of($" aria-invalid=\"true\""))}{Html.If(describedBy.Length > 0, Html.Of($" aria-describedby=\"{describedBy}\""))}"
        );
    }

    public Html Class(string field) =>
        Html.Of($"field{(problems.Any(problem => FieldOf(problem) == field) ? " wrong" : "")}");

    /// <summary>
    /// At the head of the form: that fields are wrong, with the way to the first one, and every sentence that belongs to no
    /// field. Each sentence is in one place. Nothing when all is right.
    /// </summary>
    public Html Summary()
    {
        var general = problems.Where(problem => !IsAtField(problem)).ToList();
        var first = problems.FirstOrDefault(IsAtField);
        return IsEmpty
            ? Html.Nothing
            : Html.Of(
                $"""
                <div class="note stop" role="alert">
                {Html.Each(general, problem => Html.Of($"<p>{problem.Detail}</p>"))}
                {(
                    first is null
                        ? Html.Nothing
                        : Html.Of($"<p><a href=\"#{FieldOf(first)}\">{PreferencesTexts.Wrong}</a></p>"))}
                </div>
                """
            );
    }

    private static bool IsAtField(Problem problem) => Fields.Contains(FieldOf(problem));

    private static string FieldOf(Problem problem) =>
        problem.Pointer.Split('/') switch
        {
            [_, "channel" or "when" or "end" or "quietHours", var inner] and [_, var outer, ..] => outer == "channel"
                ? inner
                : outer + "-" + inner,
            [_, var field, ..] => field,
            _ => "",
        };
}
