using System.Threading.RateLimiting;

namespace Alerts.Web;

/// <summary>
/// How often one may subscribe, in real time and in this process: what a stranger could use to flood somebody's mailbox or
/// endpoint. None of it looks at what is known, so no answer tells whether an address is.
/// </summary>
internal sealed class SubscribeLimits : IDisposable
{
    private const int MailsAnHour = 3;
    private const int SubscriptionsAnHour = 60;

    private readonly PartitionedRateLimiter<string> clients = AnHour(SubscriptionsAnHour);
    private readonly PartitionedRateLimiter<string> clientsOfMailbox = AnHour(MailsAnHour);
    private readonly PartitionedRateLimiter<string> mailboxes = AnHour(MailsAnHour);

    /// <summary>
    /// Counts one preferences to subscribe. The client that asks too often for one mailbox, or too often at all, is told to wait; a
    /// mailbox that several clients ask for too often is left in peace while each of them gets the usual answer.
    /// </summary>
    /// <param name="mailbox">The mail address, or that of a webhook's contact; null for a webhook without.</param>
    public Admission Admit(HttpContext context, string? mailbox)
    {
        if (ClientAddress.IsLocal(context))
        {
            return Admission.Granted;
        }

        var client = ClientAddress.Of(context);
        using var ofClient = client is null ? null : clients.AttemptAcquire(client);
        if (ofClient is { IsAcquired: false })
        {
            return Refused(context, ofClient);
        }

        if (mailbox is null)
        {
            return Admission.Granted;
        }

        var name = mailbox.ToUpperInvariant();
        using var ofBoth = client is null ? null : clientsOfMailbox.AttemptAcquire($"{client} {name}");
        if (ofBoth is { IsAcquired: false })
        {
            return Refused(context, ofBoth);
        }

        using var ofMailbox = mailboxes.AttemptAcquire(name);
        return ofMailbox.IsAcquired ? Admission.Granted : Admission.Ignored;
    }

    public void Dispose()
    {
        clients.Dispose();
        clientsOfMailbox.Dispose();
        mailboxes.Dispose();
    }

    private static Admission Refused(HttpContext context, RateLimitLease lease)
    {
        RateLimits.Refuse(context.Response, lease);
        return Admission.Refused;
    }

    private static PartitionedRateLimiter<string> AnHour(int most) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = most,
                Window = TimeSpan.FromHours(1),
                QueueLimit = 0,
            }));
}

/// <summary>What becomes of a preferences to subscribe.</summary>
internal enum Admission
{
    Granted,

    /// <summary>The response is a 429 by now, without its body.</summary>
    Refused,

    /// <summary>Answer as usual, and do nothing.</summary>
    Ignored,
}
