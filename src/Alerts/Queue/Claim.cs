using Alerts.Ledger;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>A message a sender has claimed: its attempt has begun. Each queue adds what it needs to settle it.</summary>
/// <param name="DestinationKey">Names what it shares with others of the same host; 0 for none.</param>
/// <param name="Failures">How many attempts have failed before.</param>
/// <param name="Expires">No attempt begins after it; null for never.</param>
internal abstract record Claim(long DestinationKey, int Failures, Instant? Expires, OutboundMessage Message)
{
    /// <summary>The turn of its endpoint that it uses; null where endpoints take no turns.</summary>
    public EndpointTurn? Turn { get; init; }

    /// <summary>
    /// The id of the message of several alerts that it travels in (<c>ag_…</c>); null when it travels alone.
    /// </summary>
    public string? DigestId { get; init; }
}

/// <summary>A claim of a row that a message named.</summary>
internal abstract record MessageClaim(
    LedgerName Alert, long DestinationKey, int Failures, Instant? Expires, OutboundMessage Message)
    : Claim(DestinationKey, Failures, Expires, Message);

/// <summary>One message that is sent, and the claims of its rows: several for an <see cref="OutboundDigest"/>.</summary>
internal sealed record ClaimedMessage(OutboundMessage Message, IReadOnlyList<Claim> Claims)
{
    /// <summary>The messages that claims make, in their order.</summary>
    public static IReadOnlyList<ClaimedMessage> Of(IReadOnlyList<Claim> claims) =>
        [.. claims.GroupBy(claim => claim.DigestId ?? claim.Message.Id, StringComparer.Ordinal)
            .Select(together => Of(together.Key, [.. together]))];

    private static ClaimedMessage Of(string id, List<Claim> claims)
    {
        if (claims[0].DigestId is null)
        {
            return new ClaimedMessage(claims.Single().Message, claims);
        }

        // Only alerts travel together.
        List<OutboundAlert> alerts = [.. OutboundDigest.InOrder(
            claims.Select(claim => claim.Message).Cast<OutboundAlert>(), alert => alert)];
        return new ClaimedMessage(new OutboundDigest(id, alerts[0].Subscription, alerts[0].At, alerts), claims);
    }
}

/// <summary>What became of a claim.</summary>
/// <param name="EndedAt">By the service's clock.</param>
/// <param name="Took">In real time.</param>
internal sealed record Settlement(Claim Claim, SendResult Result, Instant EndedAt, TimeSpan Took)
{
    /// <summary>
    /// For the delay of a retry (see <see cref="RetryPolicy.After"/>); the same for all that travelled as one message.
    /// </summary>
    public double Jitter { get; init; } = Random.Shared.NextDouble() * 2 - 1;

    /// <summary>Whether it was a success in good time; see <see cref="EndpointHealth.QuickWithin"/>.</summary>
    public bool IsQuick => Result is Delivered && Took <= EndpointHealth.QuickWithin;

    /// <summary>The ended attempt as the ledger's log stores it, without its place in the order of recording.</summary>
    public Attempt Attempt => new(Claim.Message.At, Result.Status, (long)Took.TotalMilliseconds, Result.Response)
    {
        Outcome = Result.Outcome,
        DueAt = (Claim.Message as OutboundAlert)?.DueAt,
        Expires = (Claim.Message as OutboundAlert)?.Expires,
    };

    /// <summary>
    /// What ended attempts make of their rows, in their order. Rows of one message are tried again at one instant, the
    /// earliest that one of them wants.
    /// </summary>
    public static IReadOnlyList<Outcome> Outcomes(IReadOnlyList<Settlement> ended)
    {
        Outcome[] outcomes = [.. ended.Select(one => Outcome.Of(
            one.Result, one.Claim.Message.IsVerification, one.Claim.Failures, one.EndedAt, one.Claim.Expires,
            one.Jitter))];
        var retried = Enumerable.Range(0, ended.Count)
            .Where(i => ended[i].Claim.DigestId is not null && outcomes[i].State == DeliveryState.Retrying);
        foreach (var together in retried.GroupBy(i => ended[i].Claim.DigestId))
        {
            var next = together.Min(i => outcomes[i].NextAt);
            foreach (var i in together)
            {
                outcomes[i] = outcomes[i] with { NextAt = next };
            }
        }

        return outcomes;
    }
}
