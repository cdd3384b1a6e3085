using Alerts.Subscriptions;

namespace Alerts.Web.Pages;

/// <summary>The problems of a form by field, shown at the field or at the head of the form.</summary>
/// <param name="problems">
/// Problems by JSON pointer. The first segment is the field; if that is an object (<c>/channel/address</c>,
/// <c>/query/term</c>), the second one is.
/// </param>
/// <param name="more">Further fields of the form that show their own problems.</param>
internal sealed class FieldErrors(IReadOnlyList<Problem> problems, params IReadOnlyList<string> more)
{
    public static readonly FieldErrors None = new([]);

    /// <summary>The fields, besides those of a channel, that show their own problems in several forms.</summary>
    private static readonly string[] Fields =
    [
        "address", "at", "dates", "id", "leads", "moreLeads", "quietHours", "timeZone", "topics", "url",
    ];

    public bool IsEmpty => problems.Count == 0;

    /// <summary>The problems of one field, to show below it; nothing if there are none.</summary>
    public Html At(string field)
    {
        var wrong = problems.Where(problem => FieldOf(problem) == field).ToList();
        return Html.If(wrong.Count > 0, Html.Of(
            $"<div id=\"{field}-error\">{Html.Each(wrong, problem =>
                Html.Of($"<p class=\"error\">{problem.Detail}</p>"))}</div>"));
    }

    /// <summary>
    /// The attributes of the field's input: whether it is invalid, and the ids of the texts that describe it.
    /// </summary>
    /// <param name="hint">The id of its hint; null for none.</param>
    public Html Attributes(string field, string? hint = null)
    {
        var describedBy = string.Join(' ', new[] { IsWrong(field) ? field + "-error" : null, hint }.OfType<string>());
        return Html.Of(
            $"{Html.If(IsWrong(field), Html.Of($" aria-invalid=\"true\""))}"
            + $"{Html.If(describedBy.Length > 0, Html.Of($" aria-describedby=\"{describedBy}\""))}");
    }

    public Html Class(string field) =>
        Html.Of($"field{(IsWrong(field) ? " wrong" : "")}");

    /// <summary>A field of one input, with its label, its problems and its hint.</summary>
    /// <param name="attributes">Further attributes of the input, each after a blank.</param>
    /// <param name="inside">What else belongs to the field, at its end.</param>
    /// <param name="also">A further class of the field.</param>
    public Html Input(
        string name, string label, string value, string type = "text", string? hint = null, Html attributes = default,
        Html inside = default, string? also = null) =>
        Html.Of(
            $"""
            <div class="{Class(name)}{Html.Maybe(also, one => Html.Of($" {one}"))}"><label for="{name}">{label}</label>
            <input type="{type}" id="{name}" name="{name}" value="{value}"{attributes}{Attributes(
                name, hint is null ? null : name + "-hint")}>
            {At(name)}{Html.Maybe(hint, text => Html.Of($"<p class=\"hint\" id=\"{name}-hint\">{text}</p>"))}{(
                inside)}</div>
            """);

    /// <summary>
    /// The head of the form: says that fields are wrong, with a link to the first, and shows every problem that
    /// belongs to no field. Each problem is shown in one place. It gets the focus when the page opens, so that keyboard
    /// and screen reader begin there. Nothing if there are none.
    /// </summary>
    public Html Summary()
    {
        var general = problems.Where(problem => !IsAtField(problem)).ToList();
        var first = problems.FirstOrDefault(IsAtField);
        return IsEmpty
            ? Html.Nothing
            : Html.Of(
                $"""
                <div class="note stop" role="alert" tabindex="-1" autofocus>
                {Html.Each(general, problem => Html.Of($"<p>{problem.Detail}</p>"))}
                {Html.Maybe(first, problem =>
                    Html.Of($"<p><a href=\"#{FieldOf(problem)}\">Please check the fields marked below.</a></p>"))}
                </div>
                """);
    }

    private bool IsWrong(string field) => problems.Any(problem => FieldOf(problem) == field);

    /// <summary>Whether a field shows the problem. The fields of a channel all do.</summary>
    private bool IsAtField(Problem problem) =>
        Fields.Concat(more).Contains(FieldOf(problem))
        || (problem.Pointer.StartsWith("/channel/", StringComparison.Ordinal) && FieldOf(problem) != "type");

    /// <summary>The field that a problem belongs to, with the name that it has in forms.</summary>
    private static string FieldOf(Problem problem) =>
        problem.Pointer.Split('/') switch
        {
            [_, "query", var inner, ..] => inner,
            [_, "channel" or "when" or "end" or "quietHours", var inner] and [_, var outer, ..] => outer == "channel"
                ? inner : outer + "-" + inner,
            [_, var field, ..] => field,
            _ => "",
        };
}

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

    /// <summary>
    /// Only typed leads can be wrong, so their problems belong to the field they are typed into. Both quiet hours have
    /// one message.
    /// </summary>
    private static string Field(string pointer) =>
        pointer.StartsWith("/leads/", StringComparison.Ordinal) ? "/moreLeads"
        : pointer.StartsWith("/quietHours/", StringComparison.Ordinal) ? "/quietHours"
        : pointer;

    private static string Words(Problem problem, PreferencesForm form) => problem.Pointer.Split('/') switch
    {
        [_, "leads", var index] when int.TryParse(index, out var place) =>
            Lead(form.AllLeads().ElementAt(place)) ?? problem.Detail,
        [_, "leads"] when !form.AllLeads().Any() => "Choose at least one time.",
        [_, "timeZone"] => UnknownZone(form.TimeZone),
        [_, "at"] => "Enter a time of day, such as 09:00.",
        [_, "dates", _] => problem.Detail.Split(';')[0] + ".", // the rest is advice for API clients
        [_, "quietHours", _] => "Enter both times, such as 22:00 and 07:00, or none.",
        [_, "quietHours"] => "The two times are equal. Enter two different ones, or none.",
        _ => problem.Detail,
    };

    /// <summary>What is wrong with a typed lead; null if it can be read.</summary>
    private static string? Lead(string typed) =>
        LeadText.TryParse(typed, out _, out _) ? null
        : LeadWords.ToIso(typed) is null ? $"We cannot read “{typed}”."
        : $"“{typed}” is not possible. Choose at most 2 years or 500 business days, "
            + "and do not join months or years with hours.";

    private static string UnknownZone(string typed) =>
        typed.Length == 0 ? "Choose your time zone: type a city, such as Berlin or New York."
        : IsOffset(typed) ? $"“{typed}” does not say when the clocks change. "
            + "Type a city in that time zone, such as Berlin or New York."
        : $"We do not know the time zone “{typed}”. Type a large city by its English name, such as Munich or New York.";

    /// <summary>Whether a text is like <c>GMT+1</c>, <c>UTC -05:00</c> or <c>+2</c>.</summary>
    private static bool IsOffset(string typed) =>
        typed.IndexOfAny(['+', '-']) is >= 0 and var sign
        && typed[..sign].Trim().ToUpperInvariant() is "" or "GMT" or "UTC"
        && typed[(sign + 1)..].Trim() is { Length: > 0 } hours && hours.All(c => char.IsAsciiDigit(c) || c == ':');
}
