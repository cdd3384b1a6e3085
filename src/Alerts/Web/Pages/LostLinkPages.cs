using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Channels;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/manage</c>: mails the links to an address's subscriptions to those who lost them. The response is the
/// same whether or not the address is known. A known address gets at most three such mails an hour for each
/// of its subscriptions.
/// </summary>
internal sealed class LostLinkPages(SubscriptionEdits edits, SubscribeLimits limits, LocalAccess local) : IEndpoints
{
    /// <summary>The link to this page where another link does not work.</summary>
    public const string Offer = "Get your links by email";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods(
            "/manage", Verbs.Read, (HttpRequest request) => Form(StatusCodes.Status200OK, "", [], request));
        app.MapPost("/manage", SendAsync);
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
                    StatusCodes.Status429TooManyRequests, address, [SubscribePages.TooOften], request);
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
            <p class="lead">{"If that address has subscriptions, we are sending it a link to each "
                + "(at most three times an hour)."}</p>
            {OutboxPages.Note(local, request)}
            """));
    }

    private static Page Form(int status, string address, IReadOnlyList<Problem> problems, HttpRequest request)
    {
        var errors = new FieldErrors(problems);
        return new Page(status, "Manage your subscriptions", Html.Of(
            $"""
            <p class="lead">{"Every email ends with a link to its subscription. "
                + "If you have none at hand, we can send you the links."}</p>
            {errors.Summary()}
            <form class="card" method="post" action="{Page.Root(request)}manage" novalidate>
            {errors.Input("address", "Your email address", address, "email",
                attributes: Html.Of($"{EmailPages.AddressAttributes} required"))}
            <p class="buttons"><button>Email me the links</button></p></form>
            <p class="soft">The link of a webhook subscription was shown once, when it was made; it cannot be sent.</p>
            """));
    }
}
