using Alerts.Sources;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The content of the form for a source. To validate it, it is written as the JSON that API clients send, so that
/// both get the same problems.
/// </summary>
internal sealed record SourceForm
{
    /// <summary>The fields that show their own problems, besides those of every form.</summary>
    public static readonly string[] Names = ["type", "term", "agencies", "types", "every", "apply"];

    /// <summary>The intervals that the form offers, besides the source's own.</summary>
    private static readonly string[] Intervals =
        ["PT5M", "PT15M", "PT30M", "PT1H", "PT3H", "PT6H", "PT12H", "P1D", "P7D"];

    public string Id { get; init; } = "";
    public string Type { get; init; } = "icalendar";
    public string Url { get; init; } = "";
    public string Term { get; init; } = "";
    public string Agencies { get; init; } = "";
    public string Types { get; init; } = "";
    public string Dates { get; init; } = "";
    public string Every { get; init; } = "PT6H";
    public string Topics { get; init; } = "";
    public string Zone { get; init; } = "";
    public string Apply { get; init; } = "review";
    public bool Enabled { get; init; } = true;

    /// <summary>Whether the source exists already, so that its id cannot change.</summary>
    public bool IsKnown { get; init; }

    public static SourceForm Of(Source source) => new()
    {
        Id = source.Id,
        Type = SourceJson.Word(source.Type),
        Url = source.Url ?? "",
        Term = source.Query?.Term ?? "",
        Agencies = string.Join(' ', source.Query?.Agencies ?? []),
        Types = string.Join(' ', source.Query?.Types ?? []),
        Dates = string.Join(' ', source.Query?.Dates ?? []),
        Every = TimeText.Write(source.Every),
        Topics = string.Join(' ', source.Topics),
        Zone = source.TimeZone?.Id ?? "",
        Apply = source.Apply.Word(),
        Enabled = source.Enabled,
        IsKnown = true,
    };

    public static SourceForm Of(IFormCollection form)
    {
        string Text(string name) => form[name].ToString().Trim();
        return new SourceForm
        {
            Id = Text("id"),
            Type = Text("type"),
            Url = Text("url"),
            Term = Text("term"),
            Agencies = Text("agencies"),
            Types = Text("types"),
            Dates = Text("dates"),
            Every = Text("every"),
            Topics = Text("topics"),
            Zone = ZoneSearch.Resolve(Text("timeZone")),
            Apply = Text("apply"),
            Enabled = Text("enabled") == "true",
            IsKnown = Text("known") == "true",
        };
    }

    /// <summary>The source; null, with problems, if a field is wrong.</summary>
    public Source? Read(List<Problem> problems)
    {
        using var document = ApiJson.Sent(ToRequest());
        return SourceJson.Read(document.RootElement, Id, problems);
    }

    public Html Fields(FieldErrors errors) => Html.Of(
        $"""
        {Html.Hidden("known", IsKnown ? "true" : "false")}
        <fieldset><legend>Source</legend>
        {(IsKnown ? Html.Hidden("id", Id)
            : Line("id", "Short name", Id, errors,
                "1 to 24 letters a-z, digits and hyphens, such as ecb. The ids of its dates begin with it."))}
        {Choice("type", "Kind of source", Type, errors,
            ("icalendar", "Calendar (iCalendar, .ics)"), ("federalRegister", "US Federal Register"))}
        </fieldset>
        <fieldset><legend>For a calendar</legend>
        {Line("url", "Link to the calendar", Url, errors,
            "It begins with https://, http:// or webcal:// and often ends with .ics.")}
        </fieldset>
        <fieldset><legend>For the Federal Register</legend>
        {Line("term", "Words to search for", Term, errors, "For example: section 301.")}
        {Line("agencies", "Agencies", Agencies, errors,
            "As in their links at federalregister.gov/agencies, separated by spaces. None: all agencies.")}
        {Several("types", "Documents", Types, errors, "None chosen: all of them.",
            SourceJson.DocumentTypes, DocumentType)}
        {Several("dates", "Which of their dates", Dates, errors, "None chosen: both.",
            RegisterField.All, DateField)}
        </fieldset>
        <fieldset><legend>How it is read</legend>
        {Choice("every", "Read it every", Every, errors, [.. Intervals.Append(Every).Distinct()
            .Select(every => (every, LeadWords.FromIso(every) is { Length: > 0 } words ? words : every))])}
        {Line("topics", "Topics to add to its dates", Topics, errors, AdminDateForm.TopicsHint)}
        {Line("timeZone", "Time zone of dates that name none", Zone, errors,
            "A city or a time zone, such as Berlin or Europe/Berlin.", Html.Of($" list=\"zones\""))}
        {PreferencesFields.ZoneNames}
        {Choice("apply", "When something changes there", Apply, errors,
            ("review", "show it for review first"), ("auto", "save it at once (https only)"))}
        <div class="chips">
        {Html.Chip("checkbox", "enabled", "true", Enabled, Html.Of($"Read it on schedule"))}</div>
        </fieldset>
        """);

    private static Html Choice(
        string name, string label, string chosen, FieldErrors errors, params (string Value, string Name)[] options) =>
        Html.Of(
            $"""
            <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
            <select id="{name}" name="{name}"{errors.Attributes(name)}>
            {Html.Each(options, one => Html.Of($"<option value=\"{one.Value}\"{Html.If(
                one.Value == chosen, Html.Of($" selected"))}>{one.Name}</option>"))}</select>{errors.At(name)}</div>
            """);

    /// <summary>Check boxes, of which any number may be chosen.</summary>
    private static Html Several(
        string name, string label, string chosen, FieldErrors errors, string hint, IReadOnlyList<string> options,
        Func<string, string> words)
    {
        var values = Split(chosen);
        return Html.Of(
            $"""
            <div class="{errors.Class(name)}" role="group" aria-labelledby="{name}-label"{(
                errors.Attributes(name, name + "-hint"))}><span class="label" id="{name}-label">{label}</span>
            <div class="chips" id="{name}">{Html.Each(options, option => Html.Chip(
                "checkbox", name, option, values.Contains(option), Html.Of($"{words(option)}")))}</div>{errors.At(name)}
            <p class="hint" id="{name}-hint">{hint}</p></div>
            """);
    }

    private static Html Line(
        string name, string label, string value, FieldErrors errors, string hint, Html attributes = default) =>
        errors.Input(name, label, value, hint: hint, attributes: Html.Of($" autocomplete=\"off\"{attributes}"));

    /// <summary>A kind of document of the register, in words.</summary>
    private static string DocumentType(string type) => type switch
    {
        "RULE" => "Rules",
        "PRORULE" => "Proposed rules",
        "NOTICE" => "Notices",
        "PRESDOCU" => "Presidential documents",
        _ => type,
    };

    /// <summary>A date field of the register, in words.</summary>
    private static string DateField(string field) => field switch
    {
        RegisterField.EffectiveOn => "Takes effect",
        RegisterField.CommentsCloseOn => "Comments close",
        _ => field,
    };

    private SourceRequest ToRequest() => new()
    {
        Type = Type,
        Url = ApiJson.Given(Url),
        Query = Type != "federalRegister" ? null : new RegisterQueryBody
        {
            Term = ApiJson.Given(Term),
            Agencies = Split(Agencies),
            Types = Split(Types),
            Dates = Split(Dates),
        },
        Every = ApiJson.Given(Every),
        Topics = Split(Topics),
        TimeZone = ApiJson.Given(Zone),
        Apply = ApiJson.Given(Apply),
        Enabled = Enabled,
    };

    private static string[] Split(string text) =>
        text.Split([' ', ',', ';', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
