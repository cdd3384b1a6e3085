using System.Text;
using Alerts.App;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary><c>/admin/import</c>: a file of key dates, first what it would change, then all of it or nothing.</summary>
internal sealed class AdminImportPages(AdminForms desk, IKeyDates dates, Watcher watcher, ChangeSignal signal, ServiceClock clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<AdminImportPages>("/admin/import", (pages, context) => pages.OpenAsync(context.Request));
        app.MapPost<AdminImportPages>("/admin/import", (pages, context) => pages.TakeAsync(context));
    }

    private Task<IResult> OpenAsync(HttpRequest request) => desk.ShowAsync(request, () => Task.FromResult<IResult>(Form(StatusCodes.Status200OK, "", [], request)));

    private Task<IResult> TakeAsync(HttpContext context) => desk.TakeAsync(context.Request, async fields =>
    {
        var text = await TextAsync(fields, context.RequestAborted);
        var file = text.Length == 0 ? ImportFile.Refused(AdminTexts.ImportEmpty) : DatesFile.Read(Encoding.UTF8.GetBytes(text));
        if (file.Errors.Count > 0)
        {
            return Form(StatusCodes.Status400BadRequest, text, file.Errors, context.Request);
        }

        if (fields["do"] != "import")
        {
            return await CompareAsync(file, text, context.Request);
        }

        await watcher.CatchUpAsync(context.RequestAborted);
        await dates.SaveAllAsync([.. file.Dates.Select(date => (date.KeyDate, date.Reason))], context.RequestAborted);
        signal.Raise();
        return Page.SeeOther(context, "admin/dates?done=saved");
    });

    /// <summary>Of the file when one was chosen, else what was pasted.</summary>
    private static async Task<string> TextAsync(IFormCollection fields, CancellationToken cancel)
    {
        if (fields.Files["file"] is not { Length: > 0 } file)
        {
            return fields["text"].ToString();
        }

        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }

    private async Task<IResult> CompareAsync(ImportFile file, string text, HttpRequest request)
    {
        var rows = new List<Html>();
        foreach (var (wanted, reason) in file.Dates)
        {
            var current = await dates.FindAsync(wanted.Id, request.HttpContext.RequestAborted);
            var next = DateVersion.Next(current, wanted, reason, clock.Now);
            rows.Add(Html.Of(
                $"""
                <tr><td>{AdminForms.Change(next)}</td><td>{wanted.Id}</td><td><bdi>{wanted.Title}</bdi></td>
                <td>{(current is null || next is null or { Change: DateChange.Edited } ? Html.Nothing : Html.Of($"<del class=\"old\">{DateText.Own(current.KeyDate)}</del> "))}{DateText.Own(wanted)} {DateText.Badges(wanted)}</td></tr>
                """));
        }

        return AdminForms.Page(AdminTexts.CheckTitle, Html.Of(
            $"""
            <div class="scroll" tabindex="0" role="region" aria-label="{AdminTexts.CheckTitle}"><table>
            <thead><tr><th scope="col">{AdminTexts.Change}</th><th scope="col">{AdminTexts.Id}</th><th scope="col">{AdminTexts.Title}</th><th scope="col">{AdminTexts.When}</th></tr></thead>
            <tbody>{Html.Each(rows, row => row)}</tbody></table></div>
            <form method="post" action="import" enctype="multipart/form-data">{desk.Token(request)}
            <textarea name="text" hidden>{Html.Of($"\n")}{text}</textarea>
            <div class="buttons"><button name="do" value="import">{AdminTexts.Take}</button> <a class="button plain" href="import">{AdminTexts.Back}</a></div></form>
            """));
    }

    private Page Form(int status, string text, IReadOnlyList<string> errors, HttpRequest request) => AdminForms.Page(
        AdminTexts.Import,
        Html.Of(
            $"""
            <p class="lead">{AdminTexts.ImportLead}</p>
            {Html.If(errors.Count > 0, Html.Of($"<div class=\"note stop\" role=\"alert\"><h2>{AdminTexts.ImportErrors}</h2><ul>{Html.Each(errors, error => Html.Of($"<li>{error}</li>"))}</ul></div>"))}
            <form method="post" action="import" enctype="multipart/form-data">{desk.Token(request)}
            <fieldset><legend>{AdminTexts.Import}</legend>
            <div class="field"><label for="file">{AdminTexts.File}</label><input type="file" id="file" name="file" accept=".json,.ics"></div>
            <div class="field"><label for="text">{AdminTexts.Paste}</label><textarea id="text" name="text">{Html.Of($"\n")}{text}</textarea></div>
            </fieldset>
            <div class="buttons"><button name="do" value="compare">{AdminTexts.Compare}</button></div></form>
            """),
        status);
}
