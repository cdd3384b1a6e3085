using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/manage</c>: mails the links to an address's subscriptions to those who lost them. The response is the
/// same whether or not the address is known. A known address gets at most three such mails an hour for each
/// of its subscriptions.
/// </summary>
internal sealed class LostLinkPages(SubscriptionEdits edits, SubscribeLimits limits, LocalAccess local)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/manage", context =>
            Task.FromResult<IResult>(Form(StatusCodes.Status200OK, "", [], context.Request)));
        app.MapPost<LostLinkPages>("/manage", (pages, context) => pages.SendAsync(context.Request));
    }

    private async Task<IResult> SendAsync(HttpRequest request)
    {
        var address = (await RequestBody.FormAsync(request))["address"].ToString().Trim();
        if (MailAddress.Problem(address) is { } problem)
        {
            return Form(StatusCodes.Status400BadRequest, address, [new Problem("/address", problem)], request);
        }

        address = MailAddress.Stored(address)!; // not null: the address is valid

        switch (limits.Admit(request.HttpContext, address))
        {
            case Admission.Refused:
                return Form(
                    StatusCodes.Status429TooManyRequests, address, [new Problem("", SubscribeTexts.TooOften)], request);
            case Admission.Granted:
                await edits.MailLinksAsync(address, request.HttpContext.RequestAborted);
                break;
            case Admission.Ignored:
                break;
            default:
                throw new InvalidOperationException("There are three admissions.");
        }

        return Page.Of("Check your email", Html.Of(
            $"""
            <p class="lead">{ManageTexts.LostDone}</p>
            {Html.If(local.OpensOutbox(request), Html.Of(
                $"<p class=\"note\">{SubscribeTexts.OutboxHint} "
                + $"<a href=\"{Page.Root(request)}outbox\">{SubscribeTexts.OutboxLink}</a></p>"))}
            """));
    }

    private static Page Form(int status, string address, IReadOnlyList<Problem> problems, HttpRequest request)
    {
        var errors = new FieldErrors(problems);
        return new Page(status, "Manage your subscriptions", Html.Of(
            $"""
            <p class="lead">{ManageTexts.LostLead}</p>
            {errors.Summary()}
            <form class="card" method="post" action="{Page.Root(request)}manage" novalidate>
            <div class="{errors.Class("address")}"><label for="address">{PreferencesTexts.Address}</label>
            <input type="email" id="address" name="address" value="{address}"
            autocomplete="email" maxlength="254" required{errors.Attributes("address")}>
            {errors.At("address")}</div>
            <p class="buttons"><button>Email me the links</button></p></form>
            <p class="soft">{ManageTexts.LostWebhooks}</p>
            """));
    }
}
