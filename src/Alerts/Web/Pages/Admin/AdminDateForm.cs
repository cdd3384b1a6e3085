using System.Globalization;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The content of the form for a key date, shown again if something in it is wrong. To validate it, it is written as
/// the JSON that API clients send, so that both get the same problems.
/// </summary>
internal sealed record AdminDateForm
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public string Summary { get; init; } = "";
    public string Topics { get; init; } = "";
    public string On { get; init; } = "";
    public string At { get; init; } = "";
    public string Zone { get; init; } = "";
    public string EndOn { get; init; } = "";
    public string EndAt { get; init; } = "";
    public string Status { get; init; } = "confirmed";
    public string Source { get; init; } = "";
    public string CheckedOn { get; init; } = "";
    public string Reason { get; init; } = "";

    /// <summary>The version that the form was opened with; null for a new date.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// All fields by the names of their inputs, so that they can be carried through a confirmation page.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Fields =>
        [
            ("id", Id),
            ("title", Title),
            ("summary", Summary),
            ("topics", Topics),
            ("when-date", On),
            ("when-time", At),
            ("when-timeZone", Zone),
            ("end-date", EndOn),
            ("end-time", EndAt),
            ("status", Status),
            ("source", Source),
            ("checkedOn", CheckedOn),
            ("reason", Reason),
            ("version", Version?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];

    public static AdminDateForm Of(DateVersion version)
    {
        var date = version.KeyDate;
        return new AdminDateForm
        {
            Id = date.Id,
            Title = date.Title,
            Summary = date.Summary ?? "",
            Topics = string.Join(' ', date.Topics),
            On = TimeText.Write(date.When.On),
            At = date.When.At is { } at ? TimeText.Write(at) : "",
            Zone = date.When.Zone.Id,
            EndOn = date.End is { } end ? TimeText.Write(end.On) : "",
            EndAt = date.End?.At is { } endAt ? TimeText.Write(endAt) : "",
            Status = date.Status.Word(),
            Source = date.Source ?? "",
            CheckedOn = date.CheckedOn is { } on ? TimeText.Write(on) : "",
            Version = version.Number,
        };
    }

    public static AdminDateForm Of(IFormCollection form)
    {
        string Text(string name) => form[name].ToString().Trim();
        return new AdminDateForm
        {
            Id = Text("id").Length > 0 ? Text("id") : CategoryTopics.Of(Text("title")),
            Title = Text("title"),
            Summary = Text("summary").ReplaceLineEndings("\n"),
            Topics = Text("topics"),
            On = Text("when-date"),
            At = Text("when-time"),
            Zone = ZoneSearch.Resolve(Text("when-timeZone")),
            EndOn = Text("end-date"),
            EndAt = Text("end-time"),
            Status = Text("status"),
            Source = Text("source"),
            CheckedOn = Text("checkedOn"),
            Reason = Text("reason").ReplaceLineEndings("\n"),
            Version = int.TryParse(Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version : null,
        };
    }

    /// <summary>The wanted date; null, with problems, if a field is wrong.</summary>
    public KeyDate? Read(List<Problem> problems, out string? reason)
    {
        using var document = ApiJson.Sent(ToRequest());
        return KeyDateJson.Read(document.RootElement, "", Id, problems, out reason);
    }

    /// <summary>The fields as inputs of the form in which an operator edits the date.</summary>
    public Html Inputs(FieldErrors errors) => Html.Of(
        $"""
        <input type="hidden" name="version" value="{Fields.Single(field => field.Name == "version").Value}">
        <fieldset><legend>Date</legend>
        {Line("title", AdminTexts.Title, Title, errors)}
        {(Version is null ? IdInput(errors) : Html.Of($"<input type=\"hidden\" name=\"id\" value=\"{Id}\">"))}
        {Lines("summary", AdminTexts.Summary, Summary, errors)}
        {Line("topics", AdminTexts.Topics, Topics, errors, "text", AdminTexts.TopicsHint)}
        </fieldset>
        <fieldset><legend>{AdminTexts.When}</legend>
        <div class="pair">{Line("when-date", "Day", On, errors, "date")}
        {Line("when-time", "Time (leave empty for all day)", At, errors, "time")}</div>
        <div class="{errors.Class("when-timeZone")}"><label for="when-timeZone">Time zone</label>
        <input type="text" id="when-timeZone" name="when-timeZone" value="{Zone}"
        list="zones" autocomplete="off" maxlength="64"{errors.Attributes("when-timeZone")}>
        {errors.At("when-timeZone")}{PreferencesFields.ZoneNames}</div>
        <div class="pair">{Line("end-date", "Last day (if more than one)", EndOn, errors, "date")}
        {Line("end-time", "Last time", EndAt, errors, "time")}</div>
        {errors.At("when")}{errors.At("end")}
        </fieldset>
        <fieldset><legend>{AdminTexts.Status}</legend>
        <div class="chips" id="status">{StatusChips()}</div>{errors.At("status")}
        {Line("source", AdminTexts.Source, Source, errors, "url")}
        {Line("checkedOn", AdminTexts.CheckedOn, CheckedOn, errors, "date")}
        {Lines("reason", "Why does it change? Subscribers read this.", Reason, errors)}
        </fieldset>
        """);

    /// <summary>The fields as hidden inputs, to carry them through a confirmation page.</summary>
    public Html Hidden() => Hidden(Fields);

    /// <summary>The fields as hidden inputs of a page that asks for the reason itself.</summary>
    public Html HiddenWithoutReason() => Hidden(Fields.Where(field => field.Name != "reason"));

    private KeyDateRequest ToRequest() => new()
    {
        Title = Title,
        Summary = FormText.Given(Summary),
        Topics = Topics.Split([' ', ',', ';', '\t'], StringSplitOptions.RemoveEmptyEntries),
        When = new MomentRequest { Date = On, Time = FormText.Given(At), TimeZone = Zone },
        End = EndOn.Length + EndAt.Length == 0 ? null
            : new EndRequest { Date = EndOn, Time = FormText.Given(EndAt), TimeZone = FormText.Given(Zone) },
        Status = Status,
        Source = FormText.Given(Source),
        CheckedOn = FormText.Given(CheckedOn),
        Reason = FormText.Given(Reason),
    };

    private static Html Hidden(IEnumerable<(string Name, string Value)> fields) =>
        Html.Each(fields, field => Html.Of($"<input type=\"hidden\" name=\"{field.Name}\" value=\"{field.Value}\">"));

    private Html StatusChips() => Html.Each(EnumWords.All<DateStatus>(), status => Html.Of(
        $"""<label class="chip"><input type="radio" name="status" value="{status}"{Html.Checked(status == Status)}> """
        + $"""{status}</label>"""));

    private Html IdInput(FieldErrors errors) => Html.Of(
        $"""
        <div class="{errors.Class("id")}"><label for="id">{AdminTexts.Id}</label>
        <input type="text" id="id" name="id" value="{Id}" data-slug-of="title"
        maxlength="64" autocomplete="off"{errors.Attributes("id", "id-hint")}>{errors.At("id")}
        <p class="hint" id="id-hint">{AdminTexts.IdHint}</p></div>
        """);

    private static Html Line(
        string name, string label, string value, FieldErrors errors, string type = "text", string? hint = null) =>
        Html.Of(
            $"""
            <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
            <input type="{type}" id="{name}" name="{name}" value="{value}"{errors.Attributes(
                name, hint is null ? null : name + "-hint")}>{errors.At(name)}
            {Html.Maybe(hint, text => Html.Of($"<p class=\"hint\" id=\"{name}-hint\">{text}</p>"))}</div>
            """);

    private static Html Lines(string name, string label, string value, FieldErrors errors) => Html.Of(
        $"""
        <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
        <textarea id="{name}" name="{name}"{errors.Attributes(name)}>{value}</textarea>{errors.At(name)}</div>
        """);
}
