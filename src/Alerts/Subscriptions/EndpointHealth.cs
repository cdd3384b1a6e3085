using Alerts.Senders;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>How a webhook's endpoint has fared: it is disabled at once when it answers 410, or when it has failed for 3 days without a success.</summary>
/// <param name="FailingSince">Its first failure after its last success; null while it answers.</param>
/// <param name="HasExhausted">Whether a whole delivery has used up its attempts or its time since.</param>
internal sealed record EndpointHealth(Instant? FailingSince, bool HasExhausted)
{
    public static readonly EndpointHealth Good = new(null, HasExhausted: false);

    /// <summary>The contact is warned so long after the first failure (product contract, section 7).</summary>
    public static readonly Duration WarnedAfter = Duration.FromHours(6);

    /// <summary>Since the first failure after the last success (product contract, section 7).</summary>
    public static readonly Duration FailingFor = Duration.FromHours(72);

    /// <param name="isLastAttempt">Whether a whole delivery has used up its attempts or its time.</param>
    /// <returns>
    /// How it fares after an attempt; whether an active endpoint is disabled now; when its contact is to be warned, should it still fail
    /// then (null where that is settled already).
    /// </returns>
    public (EndpointHealth Health, bool IsDisabled, Instant? WarnAt) After(SendResult result, bool isLastAttempt, Instant now)
    {
        if (result is Delivered)
        {
            return (Good, false, null);
        }

        var health = new EndpointHealth(FailingSince ?? now, HasExhausted || isLastAttempt);
        return (health, result is Gone || (health.HasExhausted && health.FailingSince <= now - FailingFor), FailingSince is null ? now + WarnedAfter : null);
    }
}
