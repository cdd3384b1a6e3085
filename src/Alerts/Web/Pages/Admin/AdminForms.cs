using Alerts.Dates;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary>The door of the operator's pages: shows them to those who are signed in, and takes only forms that they themselves made.</summary>
internal sealed class AdminForms(AdminSession session, AdminAccess admin)
{
    /// <summary>The page; or the form to sign in.</summary>
    public async Task<IResult> ShowAsync(HttpRequest request, Func<Task<IResult>> page) =>
        session.IsOpen(request) ? await page() : SignIn(request, StatusCodes.Status401Unauthorized, null);

    /// <summary>What becomes of a form; one that is not ours changes nothing.</summary>
    public async Task<IResult> TakeAsync(HttpRequest request, Func<IFormCollection, Task<IResult>> take)
    {
        if (!session.IsOpen(request))
        {
            return SignIn(request, StatusCodes.Status401Unauthorized, null);
        }

        var form = await RequestBody.FormAsync(request);
        return session.IsOurForm(request, form["form"])
            ? await take(form)
            : SignIn(request, StatusCodes.Status403Forbidden, AdminTexts.StaleForm);
    }

    /// <summary>The field that shows a form to be ours.</summary>
    public Html Token(HttpRequest request) =>
        Html.Of($"<input type=\"hidden\" name=\"form\" value=\"{session.FormToken(request)}\">");

    /// <summary>What a change is, in one badge.</summary>
    public static Html Change(DateVersion? next) =>
        Html.Of($"<span class=\"badge {next?.Change.Word() ?? "void"}\">{AdminTexts.Word(next)}</span>");

    public static Page Page(string title, Html content, int status = StatusCodes.Status200OK) =>
        new(status, title, content) { IsOperators = true };

    /// <summary>The form to sign in; where no key is set, which setting opens these pages.</summary>
    public Page SignIn(HttpRequest request, int status, string? error) => new(status, AdminTexts.SignInTitle, Html.Of(
        $"""
        <p class="lead">{(admin.IsOpen ? AdminTexts.SignInLead : AdminTexts.Closed)}</p>
        {(error is null ? Html.Nothing : Html.Of($"<p class=\"note stop\" role=\"alert\">{error}</p>"))}
        {Html.If(admin.IsOpen, Html.Of(
            $"""
            <form class="card" method="post" action="{Pages.Page.Root(request)}admin/sign-in">
            <div class="field"><label for="key">{AdminTexts.Key}</label>
            <input type="password" id="key" name="key" autocomplete="current-password" required></div>
            <div class="buttons"><button>{AdminTexts.SignIn}</button></div>
            </form>
            """))}
        """));
}
