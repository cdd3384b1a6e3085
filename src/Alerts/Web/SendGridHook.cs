using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// <c>POST /hooks/sendgrid</c>: receives SendGrid's events about mails already sent. Mapped only if SendGrid is the
/// provider and its public key is set.
/// </summary>
internal sealed partial class SendGridHook(
    SendGridEvents events, IMailEvents ledger, ISubscriptions subscriptions, SubscriptionEdits edits,
    ChangeSignal signal, ServiceClock clock, ILogger<SendGridHook> log)
{
    /// <summary>Maximum size of a request in bytes. SendGrid sends up to about 768 KB at once.</summary>
    private const int Largest = 4 * 1024 * 1024;

    /// <summary>
    /// How long after a mail a bounce or complaint that names only the mailbox is attributed to this service.
    /// </summary>
    private static readonly Duration Lately = Duration.FromDays(7);

    public const string NoEvents = "The body is no JSON list of events.";
    public const string NotSigned = "The body is not signed with the key of Alerts:Email:SendGrid:EventPublicKey.";
    public const string TooLarge = "The body is larger than 4 MB.";

    public static void Map(IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<SendGridEvents>() is not null)
        {
            app.MapPost<SendGridHook>("/hooks/sendgrid", (hook, context) => hook.TakeAsync(context))
                .DisableRateLimiting().Described(SendGridDocs.Events);
        }
    }

    /// <summary>
    /// Records the events. Any status other than 2xx makes SendGrid send them again, which changes
    /// nothing already recorded.
    /// </summary>
    private async Task<IResult> TakeAsync(HttpContext context)
    {
        if (await RequestBody.BytesAsync(context.Request, Largest) is not { } body) // the signature covers raw bytes
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, TooLarge);
        }

        var headers = context.Request.Headers;
        var (sentAt, signature) = (headers[SendGridEvents.TimestampHeader], headers[SendGridEvents.SignatureHeader]);
        if (!events.IsSigned(sentAt, body.Span, signature))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, NotSigned);
        }

        if (SendGridEvents.Read(body.Span, out var unreadable) is not { } news)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, NoEvents);
        }

        if (unreadable > 0)
        {
            LogUnreadable(unreadable, news.Count);
        }

        foreach (var one in news)
        {
            var mailed = await ledger.RecordAsync(one, context.RequestAborted);
            foreach (var id in one.EndsMailbox ? await EndedByAsync(one, mailed, context.RequestAborted) : [])
            {
                await EndAsync(id, context.RequestAborted);
            }
        }

        signal.Raise();
        return Results.NoContent();
    }

    /// <summary>
    /// The subscriptions that an event ends. Without our arguments a bounce or complaint applies to the mailbox if we
    /// mailed it recently, since other programs may use the same SendGrid account. With arguments that match none of
    /// our mails it is ignored.
    /// </summary>
    private async Task<IReadOnlyList<string>> EndedByAsync(MailEvent news, string? mailed, CancellationToken cancel) =>
        mailed is not null ? [mailed]
        : news.SubscriptionId is null && news.Address != ""
            ? await ledger.MailedSinceAsync(news.Address, clock.Now - Lately, cancel)
        : [];

    /// <summary>
    /// Ends the mails to a mailbox: ends an email subscription, and removes the mailbox as the contact of a webhook,
    /// whose subscription continues.
    /// </summary>
    private async Task EndAsync(string id, CancellationToken cancel)
    {
        if (await subscriptions.FindAsync(id, cancel) is not { } found || found.Status == SubscriptionStatus.Ended)
        {
            return;
        }

        if (found.Channel.IsMailbox)
        {
            await edits.EndAsync(id, cancel);
        }
        else
        {
            await edits.AnswerContactAsync(id, isWanted: false, cancel);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Unreadable} SendGrid events could not be read; the other {Read} of their request are recorded.")]
    private partial void LogUnreadable(int unreadable, int read);
}
