using Alerts.Dates;
using Alerts.Watch;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// Guards the operator's pages: shows them only to operators who are signed in, and accepts only forms
/// from these pages.
/// </summary>
internal sealed class AdminForms(AdminSession session, AdminAccess admin)
{
    /// <summary>The title of a page that shows what saving would do.</summary>
    public const string CheckTitle = "Before it is saved";

    /// <summary>Said of a change that notifies nobody when it is saved.</summary>
    public const string Nobody = "Nobody is notified on saving; reminders go out as they fall due.";

    /// <summary>Returns the page, or the sign-in form.</summary>
    public async Task<IResult> ShowAsync(HttpRequest request, Func<Task<IResult>> page) =>
        session.IsOpen(request) ? await page() : SignIn(request, StatusCodes.Status401Unauthorized, null);

    /// <summary>Processes a submitted form. A form that is not ours changes nothing.</summary>
    public async Task<IResult> TakeAsync(HttpRequest request, Func<IFormCollection, Task<IResult>> take)
    {
        if (!session.IsOpen(request))
        {
            return SignIn(request, StatusCodes.Status401Unauthorized, null);
        }

        var form = await RequestBody.FormAsync(request);
        return session.IsOurForm(request, form["form"])
            ? await take(form)
            : SignIn(
                request, StatusCodes.Status403Forbidden, "Your session has ended. Sign in, then send the form again.");
    }

    /// <summary>The field with the antiforgery token.</summary>
    public Html Token(HttpRequest request) => Html.Hidden("form", session.FormToken(request));

    /// <summary>A link to the next page of a list.</summary>
    public static Html More(string position) =>
        Html.Of($"<p><a href=\"?cursor={Query.Cursor(position)}\">More</a></p>");

    /// <summary>The kind of a change, as a badge.</summary>
    public static Html Change(DateVersion? next) =>
        Html.Of($"<span class=\"badge {next?.Change.Word() ?? "void"}\">{(
            next is null ? "Unchanged" : DatePages.Word(next.Change))}</span>");

    /// <summary>How many will be notified on saving, by kind of alert and channel.</summary>
    public static Html Impact(IReadOnlyDictionary<Notified, long> impact)
    {
        var sentences = ImpactText.Sentences(impact).ToList();
        return Html.Of(
            $"""
            <div class="note{(sentences.Count > 0 ? " warn" : "")}" role="status">{(sentences.Count == 0
                ? Html.Of($"<p>{Nobody}</p>")
                : Html.Each(sentences, sentence => Html.Of($"<p>{sentence}</p>")))}</div>
            """);
    }

    public static Page Page(string title, Html content, int status = StatusCodes.Status200OK) =>
        new(status, title, content) { IsOperators = true };

    /// <summary>The sign-in form. If no admin key is set, says which setting opens these pages.</summary>
    public Page SignIn(HttpRequest request, int status, string? error) => new(status, "Sign in", Html.Of(
        $"""
        <p class="lead">{(admin.IsOpen
            ? "These pages are for operators. The admin key is the setting Alerts:AdminKey; "
                + "without that setting, the service prints a key for this run when it starts."
            : "These pages are closed: no admin key is set. "
                + "Set Alerts:AdminKey (environment variable Alerts__AdminKey) and restart the service.")}</p>
        {Html.Maybe(error, sentence => Html.Of($"<p class=\"note stop\" role=\"alert\">{sentence}</p>"))}
        {Html.If(admin.IsOpen, Html.Of(
            $"""
            <form class="card" method="post" action="{Pages.Page.Root(request)}admin/sign-in">
            <div class="field"><label for="key">Admin key</label>
            <input type="password" id="key" name="key" autocomplete="current-password" required></div>
            <div class="buttons"><button>Sign in</button></div>
            </form>
            """))}
        """));
}
