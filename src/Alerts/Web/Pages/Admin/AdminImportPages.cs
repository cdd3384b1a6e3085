using System.Text;
using System.Text.Unicode;
using Alerts.Dates;
using Alerts.Watch;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// <c>/admin/import</c>: imports a file of key dates. First shows what it would change, then saves all of
/// it or nothing.
/// </summary>
internal sealed class AdminImportPages(AdminForms forms, DateImports imports) : IEndpoints
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin/import", Verbs.Read, OpenAsync);
        app.MapPost("/admin/import", TakeAsync);
    }

    private Task<IResult> OpenAsync(HttpRequest request) =>
        forms.ShowAsync(request, () =>
            Task.FromResult<IResult>(Form(StatusCodes.Status200OK, new Given([], ""), [], [], request)));

    private Task<IResult> TakeAsync(HttpContext context, CancellationToken cancel) =>
        forms.TakeAsync(context.Request, async fields =>
    {
        var given = await GivenAsync(fields, cancel);
        var zone = Zones.Find(given.Zone);
        var file = given.Zone.Length > 0 && zone is null ? ImportFile.Refused(Zones.Refusal(given.Zone))
            : given.Content.Length == 0 ? ImportFile.Refused("Choose a file, or paste its text.")
            : DatesFile.Read(given.Content, zone);
        var plan = await imports.PlanAsync(file, cancel);
        if (plan.Errors.Count > 0)
        {
            return Form(StatusCodes.Status400BadRequest, given, plan.Errors, plan.Warnings, context.Request);
        }

        if (fields["do"] != "import")
        {
            return await CompareAsync(plan, given, context.Request);
        }

        await imports.SaveAsync(plan, cancel);
        return Page.SeeOther(context, "admin/dates?done=saved");
    });

    /// <summary>
    /// The chosen file, else the content carried from the previous page, else the pasted text. As bytes, since
    /// iCalendar lines are folded by bytes.
    /// </summary>
    private static async Task<Given> GivenAsync(IFormCollection fields, CancellationToken cancel)
    {
        var zone = fields["zone"].ToString().Trim();
        if (fields.Files["file"] is { Length: > 0 } file)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancel);
            return new Given(bytes.ToArray(), zone);
        }

        var carried = new byte[fields["content"].ToString().Length];
        return Convert.TryFromBase64String(fields["content"].ToString(), carried, out var length) && length > 0
            ? new Given(carried[..length], zone)
            : new Given(Encoding.UTF8.GetBytes(fields["text"].ToString()), zone);
    }

    private async Task<IResult> CompareAsync(ImportPlan plan, Given given, HttpRequest request)
    {
        var rows = new List<Html>();
        var notified = new List<KeyValuePair<Notified, long>>();
        foreach (var change in plan.Changes.Where(change => !change.IsUnchanged))
        {
            var impact = await imports.ImpactAsync(change, request.HttpContext.RequestAborted);
            notified.AddRange(impact);
            rows.Add(Row(change, impact));
        }

        return AdminForms.Page(AdminForms.CheckTitle, Html.Of(
            $"""
            {Warnings(plan.Warnings)}
            <p class="note" role="status">{Sum(plan)} {ImpactText.Total(notified)}</p>
            {Html.Table(
                Html.Of($"aria-label=\"{AdminForms.CheckTitle}\""),
                Html.Each(rows, row => row),
                ["Change", "Id", "Title", "When"])}
            <form method="post" action="import" enctype="multipart/form-data">{forms.Token(request)}
            {(given.Text.Length > 0
                ? Html.Of($"<textarea name=\"text\" hidden>\n{given.Text}</textarea>")
                : Html.Hidden("content", Convert.ToBase64String(given.Content)))}
            {Html.Hidden("zone", given.Zone)}
            <div class="buttons"><button name="do" value="import">Import it</button>
            <a class="button plain" href="import">Back</a></div></form>
            """));
    }

    /// <summary>What the import would do: <c>30 dates moved, 1 unchanged.</c></summary>
    private static string Sum(ImportPlan plan)
    {
        var counts = Enum.GetValues<DateChange>()
            .Select(kind => (
                Count: plan.Changes.Count(change => change.Next?.Change == kind),
                Word: DatePages.Word(kind).ToLowerInvariant()))
            .Append((Count: plan.Count.Unchanged, Word: "unchanged"))
            .Where(part => part.Count > 0)
            .Select((part, index) => FormattableString.Invariant(
                $"{part.Count} {(index > 0 ? "" : part.Count == 1 ? "date " : "dates ")}{part.Word}"))
            .ToList();
        return counts.Count == 0 ? "The file holds no date." : $"{string.Join(", ", counts)}.";
    }

    private static Html Row(PlannedChange change, IReadOnlyDictionary<Notified, long> impact)
    {
        var shown = change.Next?.KeyDate ?? change.Current?.KeyDate;
        return Html.Of(
            $"""
            <tr><td>{(shown is null ? DateText.Badge("Left out") : AdminForms.Change(change.Next))}</td>
            <td class="id">{change.Id}</td><td><bdi>{shown?.Title}</bdi></td>
            <td>{Html.Maybe(shown, date => FieldChanges.WithWhen(change.Current?.KeyDate, date))}
            {Html.Each(ImpactText.Sentences(impact), sentence => Html.Of($"<p>{sentence}</p>"))}</td></tr>
            """);
    }

    private static Html Warnings(IReadOnlyList<string> warnings) => Html.If(warnings.Count > 0, Html.Of(
        $"""<div class="note warn" role="status"><h2>Please check</h2>{Html.List(warnings)}</div>"""));

    private Page Form(
        int status, Given given, IReadOnlyList<string> errors, IReadOnlyList<string> warnings, HttpRequest request) =>
        AdminForms.Page(
            "Import",
            Html.Of(
                $"""
                <p class="lead">{"JSON as the API writes it (one date or a list), or iCalendar. "
                    + "You see every change before it is saved. If the file has an error, nothing is imported."}</p>
                {Html.If(errors.Count > 0, Html.Of(
                    $"<div class=\"note stop\" role=\"alert\"><h2>Nothing can be imported until this is corrected</h2>"
                    + $"{Html.List(errors)}</div>"))}
                {Warnings(warnings)}
                <form method="post" action="import" enctype="multipart/form-data">{forms.Token(request)}
                <fieldset><legend>Import</legend>
                <div class="field"><label for="file">A file</label><input type="file"
                id="file" name="file" accept=".json,.ics"></div>
                <div class="field"><label for="text">Or its text</label>
                <textarea id="text" name="text">{Html.Of($"\n")}{given.Text}</textarea></div>
                {FieldErrors.None.Input("zone", "Time zone of dates that name none (calendars only)", given.Zone,
                    attributes: PreferencesFields.ZoneAttributes, inside: PreferencesFields.ZoneNames)}
                </fieldset>
                <div class="buttons"><button name="do" value="compare">See what would change</button></div></form>
                """),
            status);

    /// <summary>The input: the file's bytes, and the id of a time zone, empty for none.</summary>
    private sealed record Given(byte[] Content, string Zone)
    {
        /// <summary>
        /// The content to correct on the page; empty if it is not UTF-8 and would be corrupted there.
        /// </summary>
        public string Text =>
            Utf8.IsValid(Content) && !Content.Contains((byte)0) ? Encoding.UTF8.GetString(Content) : "";
    }
}
