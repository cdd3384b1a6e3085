using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary>
/// <c>POST /hooks/sendgrid</c>: receives SendGrid's events about mails already sent. Mapped only if SendGrid is the
/// provider and its public key is set.
/// </summary>
internal sealed partial class SendGridHook(
    IMailEvents ledger, ISubscriptions subscriptions, SubscriptionEdits edits, ChangeSignal signal, ServiceClock clock,
    ILogger<SendGridHook> log) : IEndpoints
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

    private const string Bounce =
        """
        [{"email":"reader@example.com","event":"bounce","type":"bounce","reason":"550 no such mailbox",
         "sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9O","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm",
         "subscription_id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm"}]
        """;

    private const string Delivered =
        """[{"email":"reader@example.com","event":"delivered","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm"}]""";

    private static readonly HeaderParameter Signature = new(
        SendGridEvents.SignatureHeader, "ECDSA (P-256, SHA-256) over the timestamp and the body's bytes, in base64.",
        "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=");

    private static readonly HeaderParameter Timestamp = new(
        SendGridEvents.TimestampHeader, "Time of the signature, in seconds since 1970.", "1600112502");

    public void Map(IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<SendGridEvents>() is not null)
        {
            app.MapPost("/hooks/sendgrid", TakeAsync).WithName("takeSendGridEvents").WithTags(Tags.Service)
                .DisableRateLimiting().WithMetadata(Signature, Timestamp)
                .AcceptsBytes<SendGridEventBody[]>(isOptional: false, ("bounce", Bounce), ("delivered", Delivered))
                .Produces(204).ProducesProblemOf(400, NoEvents).ProducesProblemOf(401, NotSigned)
                .ProducesProblemOf(413, TooLarge);
        }
    }

    /// <summary>Receive events from SendGrid.</summary>
    /// <remarks>
    /// For SendGrid's signed event webhook. Records deliveries, bounces and complaints in the ledger. A permanent
    /// bounce or a complaint ends the subscription; without our arguments, it ends every subscription of the mailbox,
    /// if that was emailed within 7 days. Unreadable and irrelevant events are skipped. Events can be sent again.
    /// </remarks>
    /// <response code="204">All events are recorded.</response>
    /// <response code="400">The body is no JSON list of events.</response>
    /// <response code="401">The body is not signed with the key of Alerts:Email:SendGrid:EventPublicKey.</response>
    /// <response code="413">The body is larger than 4 MB.</response>
    internal async Task<IResult> TakeAsync(
        [FromServices] SendGridEvents events, HttpContext context, CancellationToken cancel)
    {
        // Any status other than 2xx makes SendGrid send the events again, which changes nothing already recorded.
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
            var mailed = await ledger.RecordAsync(one, cancel);
            foreach (var id in one.EndsMailbox ? await EndedByAsync(one, mailed, cancel) : [])
            {
                await EndAsync(id, cancel);
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
