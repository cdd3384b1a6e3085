using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
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
}

/// <summary>A claim of a row that a message named.</summary>
internal abstract record MessageClaim(LedgerName Alert, long DestinationKey, int Failures, Instant? Expires, OutboundMessage Message) : Claim(DestinationKey, Failures, Expires, Message);

/// <summary>What became of a claim.</summary>
/// <param name="EndedAt">By the service's clock.</param>
/// <param name="Took">In real time.</param>
internal sealed record Settlement(Claim Claim, SendResult Result, Instant EndedAt, TimeSpan Took)
{
    /// <summary>Whether it was a success in good time; see <see cref="EndpointHealth.QuickWithin"/>.</summary>
    public bool IsQuick => Result is Delivered && Took <= EndpointHealth.QuickWithin;

    /// <summary>The ended attempt as the ledger's log stores it, without its place in the order of recording.</summary>
    public Attempt Attempt => new(Claim.Message.At, Result.Status, (long)Took.TotalMilliseconds, Result.Response)
    {
        Outcome = Result.Outcome,
        DueAt = (Claim.Message as OutboundAlert)?.DueAt,
        Expires = (Claim.Message as OutboundAlert)?.Expires,
    };
}
