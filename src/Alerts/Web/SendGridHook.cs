using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>POST /hooks/sendgrid</c>: what SendGrid tells of mails later on. There only with that provider and its public key.</summary>
internal sealed class SendGridHook(SendGridEvents events, IMailEvents ledger, ISubscriptions subscriptions, Watcher watcher, ChangeSignal signal)
{
    /// <summary>SendGrid sends up to about 768 KB at once.</summary>
    private const int Largest = 4 * 1024 * 1024;

    public const string NoEvents = "The body is no JSON list of events.";
    public const string NotSigned = "The body is not signed with the key of Alerts:Email:SendGrid:EventPublicKey.";
    public const string TooLarge = "The body is larger than 4 MB.";

    public static void Map(IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<SendGridEvents>() is not null)
        {
            app.MapPost<SendGridHook>("/hooks/sendgrid", (hook, context) => hook.TakeAsync(context)).DisableRateLimiting().Described(SendGridDocs.Events);
        }
    }

    /// <summary>Anything but a 2xx makes SendGrid send the same events again, which changes nothing that was recorded.</summary>
    private async Task<IResult> TakeAsync(HttpContext context)
    {
        if (await ReadAsync(context.Request) is not { } body)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, TooLarge);
        }

        var headers = context.Request.Headers;
        if (!events.IsSigned(headers[SendGridEvents.TimestampHeader], body, headers[SendGridEvents.SignatureHeader]))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, NotSigned);
        }

        if (SendGridEvents.Read(body) is not { } news)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, NoEvents);
        }

        foreach (var one in news)
        {
            var subscription = await ledger.RecordAsync(one, context.RequestAborted);
            if (subscription is not null && one.EndsMailbox)
            {
                await EndAsync(subscription, context.RequestAborted);
            }
        }

        signal.Raise();
        return Results.NoContent();
    }

    /// <summary>Nothing more goes to that mailbox; a webhook whose contact it was goes on without.</summary>
    private async Task EndAsync(string id, CancellationToken cancel)
    {
        if (await subscriptions.FindAsync(id, cancel) is not { } found || found.Status == SubscriptionStatus.Ended)
        {
            return;
        }

        if (found.Channel == "email")
        {
            await watcher.CatchUpAsync(cancel);
            await subscriptions.EndAsync(id, cancel);
        }
        else
        {
            await subscriptions.AnswerContactAsync(id, isWanted: false, cancel);
        }
    }

    /// <summary>The bytes as they came, which the signature covers; null when there are too many.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var read)
        {
            if (bytes.Length + read > Largest)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
