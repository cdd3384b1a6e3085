using System.Diagnostics;
using System.Globalization;
using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The content of the form for a key date, shown again if something in it is wrong. To validate it, it is written as
/// the JSON that API clients send, so that both get the same problems.
/// </summary>
internal sealed record AdminDateForm
{
    public const string TopicsHint = "Separated by spaces, each of a-z, 0-9 and -.";

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

    /// <summary>What the form calls a field, by its name in JSON.</summary>
    public static string Label(string field) => field switch
    {
        "title" => "Title",
        "summary" => "Summary",
        "topics" => "Topics",
        "when" => "When",
        "end" => "Last day",
        "status" => "Status",
        "source" => "Source (URL)",
        "checkedOn" => "Source last checked on",
        _ => throw new UnreachableException(),
    };

    /// <summary>The wanted date; null, with problems, if a field is wrong.</summary>
    public KeyDate? Read(List<Problem> problems, out string? reason)
    {
        using var document = ApiJson.Sent(ToRequest());
        return KeyDateJson.Read(document.RootElement, "", Id, problems, out reason);
    }

    /// <summary>The fields as inputs of the form in which an operator edits the date.</summary>
    public Html Inputs(FieldErrors errors) => Html.Of(
        $"""
        {Hidden(Fields.Where(field => field.Name == "version"))}
        <fieldset><legend>Date</legend>
        {errors.Input("title", Label("title"), Title)}
        {(Version is null ? errors.Input("id", "Id", Id,
            hint: "Proposed from the title. 1 to 64 of a-z, 0-9 and -; it cannot be changed later.",
            attributes: Html.Of($" data-slug-of=\"title\" maxlength=\"64\" autocomplete=\"off\""))
            : Html.Hidden("id", Id))}
        {Lines("summary", Label("summary"), Summary, errors)}
        {errors.Input("topics", Label("topics"), Topics, hint: TopicsHint)}
        </fieldset>
        <fieldset><legend>{Label("when")}</legend>
        <div class="pair">{errors.Input("when-date", "Day", On, "date")}
        {errors.Input("when-time", "Time (leave empty for all day)", At, "time")}</div>
        {errors.Input("when-timeZone", "Time zone", Zone, attributes: PreferencesFields.ZoneAttributes,
            inside: PreferencesFields.ZoneNames)}
        <div class="pair">{errors.Input("end-date", "Last day (if more than one)", EndOn, "date")}
        {errors.Input("end-time", "Last time", EndAt, "time")}</div>
        {errors.At("when")}{errors.At("end")}
        </fieldset>
        <fieldset><legend>{Label("status")}</legend>
        <div class="chips" id="status">{Html.Each(EnumWords.All<DateStatus>(), status =>
            Html.Chip("radio", "status", status, status == Status, Html.Of($"{status}")))}</div>{errors.At("status")}
        {errors.Input("source", Label("source"), Source, "url")}
        {errors.Input("checkedOn", Label("checkedOn"), CheckedOn, "date")}
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
        Summary = ApiJson.Given(Summary),
        Topics = Topics.Split([' ', ',', ';', '\t'], StringSplitOptions.RemoveEmptyEntries),
        When = new MomentRequest { Date = On, Time = ApiJson.Given(At), TimeZone = Zone },
        End = EndOn.Length + EndAt.Length == 0 ? null
            : new EndRequest { Date = EndOn, Time = ApiJson.Given(EndAt), TimeZone = ApiJson.Given(Zone) },
        Status = Status,
        Source = ApiJson.Given(Source),
        CheckedOn = ApiJson.Given(CheckedOn),
        Reason = ApiJson.Given(Reason),
    };

    private static Html Hidden(IEnumerable<(string Name, string Value)> fields) =>
        Html.Each(fields, field => Html.Hidden(field.Name, field.Value));

    private static Html Lines(string name, string label, string value, FieldErrors errors) => Html.Of(
        $"""
        <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
        <textarea id="{name}" name="{name}"{errors.Attributes(name)}>{value}</textarea>{errors.At(name)}</div>
        """);
}
