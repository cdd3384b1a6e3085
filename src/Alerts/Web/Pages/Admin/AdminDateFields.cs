using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary>The fields of the form in which an operator edits a key date.</summary>
internal static class AdminDateFields
{
    private static readonly string[] Statuses = ["tentative", "confirmed", "cancelled"];

    public static Html Of(AdminDateForm form, FieldErrors errors) => Html.Of(
        $"""
        <input type="hidden" name="version" value="{form.Fields.Single(field => field.Name == "version").Value}">
        <fieldset><legend>{AdminTexts.Date}</legend>
        {Line("title", AdminTexts.Title, form.Title, errors)}
        {(form.Version is null ? Id(form, errors)
            : Html.Of($"<input type=\"hidden\" name=\"id\" value=\"{form.Id}\">"))}
        {Lines("summary", AdminTexts.Summary, form.Summary, errors)}
        {Line("topics", AdminTexts.Topics, form.Topics, errors, "text", AdminTexts.TopicsHint)}
        </fieldset>
        <fieldset><legend>{AdminTexts.When}</legend>
        <div class="pair">{Line("when-date", AdminTexts.On, form.On, errors, "date")}
        {Line("when-time", AdminTexts.At, form.At, errors, "time")}</div>
        <div class="{errors.Class("when-timeZone")}"><label for="when-timeZone">{AdminTexts.Zone}</label>
        <input type="text" id="when-timeZone" name="when-timeZone" value="{form.Zone}"
        list="zones" autocomplete="off" maxlength="64"{errors.Attributes("when-timeZone")}>
        {errors.At("when-timeZone")}{PreferencesFields.ZoneNames}</div>
        <div class="pair">{Line("end-date", AdminTexts.EndOn, form.EndOn, errors, "date")}
        {Line("end-time", AdminTexts.EndAt, form.EndAt, errors, "time")}</div>
        {errors.At("when")}{errors.At("end")}
        </fieldset>
        <fieldset><legend>{AdminTexts.Status}</legend>
        <div class="chips" id="status">{StatusChips(form)}</div>{errors.At("status")}
        {Line("source", AdminTexts.Source, form.Source, errors, "url")}
        {Line("checkedOn", AdminTexts.CheckedOn, form.CheckedOn, errors, "date")}
        {Lines("reason", AdminTexts.Reason, form.Reason, errors)}
        </fieldset>
        """);

    /// <summary>The fields as hidden inputs, to carry them through a confirmation page.</summary>
    public static Html Hidden(IEnumerable<(string Name, string Value)> fields) =>
        Html.Each(fields, field =>
            Html.Of($"<input type=\"hidden\" name=\"{field.Name}\" value=\"{field.Value}\">"));

    private static Html StatusChips(AdminDateForm form) =>
        Html.Each(Statuses, status => StatusChip(status, form.Status == status));

    private static Html StatusChip(string status, bool isChosen) =>
        Html.Of(
            $"""<label class="chip"><input type="radio" name="status" value="{status}"{Html.Checked(isChosen)}> """
            + $"""{status}</label>"""
        );

    private static Html Id(AdminDateForm form, FieldErrors errors) =>
        Html.Of(
            $"""
            <div class="{errors.Class("id")}"><label for="id">{AdminTexts.Id}</label>
            <input type="text" id="id" name="id" value="{form.Id}" data-slug-of="title"
            maxlength="64" autocomplete="off"{errors.Attributes("id", "id-hint")}>{errors.At("id")}
            <p class="hint" id="id-hint">{AdminTexts.IdHint}</p></div>
            """
        );

    private static Html Line(
        string name,
        string label,
        string value,
        FieldErrors errors,
        string type = "text",
        string? hint = null) =>
        Html.Of(
            $"""
            <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
            <input type="{type}" id="{name}" name="{name}" value="{value}"{errors.Attributes(
                name,
                hint is null ? null : name + "-hint")}>{errors.At(name)}
            {(hint is null ? Html.Nothing : Html.Of($"<p class=\"hint\" id=\"{name}-hint\">{hint}</p>"))}</div>
            """
        );

    private static Html Lines(string name, string label, string value, FieldErrors errors) => Html.Of(
        $"""
        <div class="{errors.Class(name)}"><label for="{name}">{label}</label>
        <textarea id="{name}" name="{name}"{errors.Attributes(name)}>{value}</textarea>{errors.At(name)}</div>
        """);
}
