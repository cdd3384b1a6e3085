using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>A claimed message: its attempt has begun. Each store adds the data it needs to settle it.</summary>
/// <param name="Failures">Number of failed attempts before this one.</param>
/// <param name="Expires">No attempt begins after this instant; null for never.</param>
internal abstract record Claim(int Failures, Instant? Expires, OutboundMessage Message)
{
    /// <summary>The endpoint turn that this attempt uses; null for a channel whose endpoints take no turns.</summary>
    public EndpointTurn? Turn { get; init; }

    /// <summary>The id (<c>ag_…</c>) of the digest this alert travels in; null when it travels alone.</summary>
    public string? DigestId { get; init; }
}

/// <summary>One message to send, with the claims of its rows: several for an <see cref="OutboundDigest"/>.</summary>
internal sealed record ClaimedMessage(OutboundMessage Message, IReadOnlyList<Claim> Claims)
{
    /// <summary>Groups claims into messages and keeps their order.</summary>
    public static IReadOnlyList<ClaimedMessage> Of(IReadOnlyList<Claim> claims) =>
        [.. claims.GroupBy(claim => claim.DigestId ?? claim.Message.Id, StringComparer.Ordinal)
            .Select(together => Of(together.Key, [.. together]))];

    private static ClaimedMessage Of(string id, List<Claim> claims)
    {
        if (claims[0].DigestId is null)
        {
            return new ClaimedMessage(claims.Single().Message, claims);
        }

        // Only alerts form a digest.
        List<OutboundAlert> alerts = [.. OutboundDigest.InOrder(
            claims.Select(claim => claim.Message).Cast<OutboundAlert>(), alert => alert)];
        return new ClaimedMessage(new OutboundDigest(id, alerts[0].Subscription, alerts[0].At, alerts), claims);
    }
}

/// <summary>The result of an attempt at a claim.</summary>
/// <param name="EndedAt">When the attempt ended, by the service's clock.</param>
/// <param name="Took">Duration of the attempt in real time.</param>
internal sealed record Settlement(Claim Claim, SendResult Result, Instant EndedAt, TimeSpan Took)
{
    /// <summary>
    /// Jitter for the retry delay, -1 to 1 (see <see cref="RetryPolicy.After"/>); equal for all claims of one message.
    /// </summary>
    public double Jitter { get; init; } = Random.Shared.NextDouble() * 2 - 1;

    /// <summary>Whether the attempt was a success within <see cref="EndpointHealth.QuickWithin"/>.</summary>
    public bool IsQuick => Result is Delivered && Took <= EndpointHealth.QuickWithin;

    /// <summary>The finished attempt as the ledger's log stores it, but without its sequence number.</summary>
    public Attempt Attempt => new(Claim.Message.At, Result.Status, (long)Took.TotalMilliseconds, Result.Response)
    {
        Outcome = Result.Outcome,
        DueAt = (Claim.Message as OutboundAlert)?.DueAt,
        Expires = (Claim.Message as OutboundAlert)?.Expires,
    };

    /// <summary>
    /// The outcomes of finished attempts for their rows, in the same order. All rows of one digest are retried
    /// together, at the earliest instant that any of them would be retried at.
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
