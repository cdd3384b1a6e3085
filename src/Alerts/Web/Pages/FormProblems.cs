using Alerts.Subscriptions;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>
/// Says a form's problems in the words of the form. The rules report them in the words of the API, because both use the
/// same ones.
/// </summary>
internal static class FormProblems
{
    public static IReadOnlyList<Problem> InWords(IReadOnlyList<Problem> problems, PreferencesForm form) =>
        [.. problems.Select(problem => new Problem(Field(problem.Pointer), Words(problem, form))).Distinct()];

    /// <summary>Says at each field that was left empty what to enter.</summary>
    /// <param name="fields">
    /// The fields that must not be empty: the JSON pointer, what was typed, and what to enter.
    /// </param>
    public static IReadOnlyList<Problem> AtEmpty(
        IReadOnlyList<Problem> problems, params IReadOnlyList<(string Pointer, string Typed, string Words)> fields) =>
        [.. problems.Select(problem =>
            fields.FirstOrDefault(field => field.Pointer == problem.Pointer && field.Typed.Length == 0)
                is { Words: { } words } ? problem with { Detail = words } : problem)];

    /// <summary>Only typed leads can be wrong, so their problems belong to the field they are typed into.</summary>
    private static string Field(string pointer) =>
        pointer.StartsWith("/leads/", StringComparison.Ordinal) ? "/moreLeads" : pointer;

    private static string Words(Problem problem, PreferencesForm form) => problem.Pointer.Split('/') switch
    {
        [_, "leads", var index] when int.TryParse(index, out var place) =>
            Lead(form.AllLeads().ElementAt(place)) ?? problem.Detail,
        [_, "leads"] when !form.AllLeads().Any() => PreferencesTexts.NoLeads,
        [_, "timeZone"] => PreferencesTexts.UnknownZone(form.TimeZone),
        [_, "at"] => PreferencesTexts.NoTimeOfDay,
        [_, "quietHours", _] => PreferencesTexts.QuietIncomplete,
        [_, "quietHours"] => PreferencesTexts.QuietEqual,
        _ => problem.Detail,
    };

    /// <summary>What is wrong with a typed lead; null if it can be read.</summary>
    private static string? Lead(string typed) =>
        LeadText.TryParse(typed, out _, out _) ? null
        : LeadWords.ToIso(typed) is null ? PreferencesTexts.UnreadableLead(typed)
        : PreferencesTexts.UnusableLead(typed);
}
