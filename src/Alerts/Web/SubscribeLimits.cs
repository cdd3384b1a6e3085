using System.Threading.RateLimiting;

namespace Alerts.Web;

/// <summary>
/// Limits how often a client may subscribe, in real time and in this process, so that no one can flood somebody else's
/// mailbox or endpoint. The limits do not depend on stored data, so no response reveals whether an address is known.
/// </summary>
internal sealed class SubscribeLimits : IDisposable
{
    private const int MailsAnHour = 3;
    private const int SubscriptionsAnHour = 60;

    private readonly PartitionedRateLimiter<string> clients = AnHour(SubscriptionsAnHour);
    private readonly PartitionedRateLimiter<string> clientsOfMailbox = AnHour(MailsAnHour);
    private readonly PartitionedRateLimiter<string> mailboxes = AnHour(MailsAnHour);

    /// <summary>
    /// Counts one request to subscribe. A client that asks too often for one mailbox, or too often in total, is told
    /// to wait. If several clients together ask too often for one mailbox, it gets no more mail, and each of them
    /// gets the usual response.
    /// </summary>
    /// <param name="mailbox">The email address, or that of a webhook's contact; null for a webhook without one.</param>
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

    private static PartitionedRateLimiter<string> AnHour(int most) => RateLimits.Of(most, TimeSpan.FromHours(1));
}

/// <summary>The decision on a request to subscribe.</summary>
internal enum Admission
{
    Granted,

    /// <summary>Refuse. The response is already a 429, without a body.</summary>
    Refused,

    /// <summary>Send the usual response, but send no mail.</summary>
    Ignored,
}
