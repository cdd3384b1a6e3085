using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Web.Pages;

/// <summary>
/// The pages for the contact of a webhook, under the same addresses as a subscriber's: <c>/confirm/{token}</c> and
/// <c>/unsubscribe/{token}</c>, with tokens for these purposes only. Opening a page changes nothing; its button does.
/// </summary>
internal sealed class ContactPages(OwnerAccess owner, SubscriptionEdits edits, ServiceClock clock)
{
    /// <summary>Shows the page to confirm a contact; null if the token is for another purpose.</summary>
    public async Task<IResult?> ShowConfirmAsync(string token, HttpRequest request) =>
        await AskedAsync(token, request.HttpContext.RequestAborted) switch
        {
            null => null,
            { Contact.IsConfirmed: true } => Confirmed(),
            { Contact: { } contact } subscription => Page.Of("Confirm these warnings", Html.Of(
                $"""
                <p class="lead">{ConfirmAsk(contact.Address, WebhookWords.Host(subscription))}</p>
                <form method="post" action="{token}">
                <p class="buttons"><button>Confirm</button></p></form>
                """)),
            _ => null,
        };

    /// <summary>Confirms a contact; null if the token is for another purpose.</summary>
    public async Task<IResult?> ConfirmAsync(string token, HttpContext context)
    {
        if (await AskedAsync(token, context.RequestAborted) is not { } subscription)
        {
            return null;
        }

        await edits.AnswerContactAsync(subscription.Id, isWanted: true, context.RequestAborted);
        return Accepts.Json(context.Request) ? Answered("confirmed") : Confirmed();
    }

    /// <summary>Shows the page to stop warnings; null if the token is for another purpose.</summary>
    public async Task<IResult?> ShowStopAsync(string token, HttpRequest request) =>
        await owner.HolderAsync(TokenPurpose.StopWarnings, token, request.HttpContext.RequestAborted) switch
        {
            null => null,
            { Contact: { } contact } subscription => Page.Of("Stop these warnings", Html.Of(
                $"""
                <p class="lead">{StopAsk(contact.Address, WebhookWords.Host(subscription))}</p>
                <form method="post" action="{token}">
                <p class="buttons"><button class="stop">Stop the warnings</button></p></form>
                """)),
            _ => Stopped(),
        };

    /// <summary>Stops warnings; null if the token is for another purpose.</summary>
    public async Task<IResult?> StopAsync(string token, HttpContext context)
    {
        if (await owner.HolderAsync(TokenPurpose.StopWarnings, token, context.RequestAborted) is not { } subscription)
        {
            return null;
        }

        await edits.AnswerContactAsync(subscription.Id, isWanted: false, context.RequestAborted);
        return Accepts.Json(context.Request) ? Answered("ended") : Stopped();
    }

    /// <summary>
    /// The subscription whose contact a token confirms. Null also if there is nothing left to confirm: the
    /// subscription has ended, or the contact was removed or did not confirm in time.
    /// </summary>
    private async Task<Subscription?> AskedAsync(string token, CancellationToken cancel) =>
        await owner.HolderAsync(TokenPurpose.ConfirmContact, token, cancel)
            is { Status: not SubscriptionStatus.Ended, Contact: { } contact } found
        && (contact.IsConfirmed || clock.Now - found.CreatedAt < SubscriptionLimits.Pending)
            ? found : null;

    private static JsonResult Answered(string status) => new(StatusCodes.Status200OK, new StandingResponse(status));

    private static Page Confirmed() => Done(
        "Confirmed",
        "We email this address when the endpoint has failed for 6 hours. Every warning has a link to stop them.");

    private static Page Stopped() => Done("Warnings stopped", "No more warnings are sent to this address.");

    private static Page Done(string title, string text) => Page.Of(title, Html.Done(text));

    /// <param name="endpoint">Scheme and host only, because paths often contain secrets.</param>
    private static string ConfirmAsk(string address, string endpoint) =>
        $"{address} was named to be warned when the webhook endpoint {endpoint} keeps failing. "
        + "Confirm to get these warnings. If you do not want them, close this page; nothing will be sent.";

    /// <param name="endpoint">Scheme and host only, because paths often contain secrets.</param>
    private static string StopAsk(string address, string endpoint) =>
        $"Send no more warnings about the webhook endpoint {endpoint} to {address}? Its subscription goes on.";
}
