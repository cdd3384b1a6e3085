using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>Records what an attempt shows about its endpoint: its health, and whether it is verified.</summary>
internal sealed class TableEndpoints(
    LedgerWriter rows, SubscriptionFollowUp following, IntentLog intents, ServiceClock clock, RecordingOrder order)
{
    public async Task NoteAsync(Settlement settlement, CancellationToken cancel)
    {
        var (message, result) = (settlement.Claim.Message, settlement.Result);
        var subscription = message.Subscription;
        var isVerified = result is Delivered && message is SystemNotification { Message: ServiceMessage.Verification };
        if (result is Delivered && !isVerified && subscription.FailingSince is null
            && subscription.Quick == (settlement.IsQuick ? EndpointHealth.Trusted : 0))
        {
            return;
        }

        var intent = isVerified ? await intents.AnnounceSubscriptionAsync(subscription.Id, cancel) : null;
        var wasActivated = false;
        Instant? failingSince = null;
        for (var done = false; !done && await following.FindAsync(subscription.Id, cancel) is { } state;)
        {
            var (health, isDisabled, _) = state.Health.After(result, settlement.Took, clock.Now);
            (state.Health, failingSince) = (health, health.FailingSince);
            wasActivated = isVerified && state.Status is SubscriptionStatus.Pending or SubscriptionStatus.Disabled;
            if (wasActivated)
            {
                state.Activate(clock.Now, order.Next());
            }
            else if (isDisabled && state.Status == SubscriptionStatus.Active)
            {
                state.Set(SubscriptionStatus.Disabled, clock.Now, order.Next());
            }

            done = await following.TryChangeAsync(state, cancel);
        }

        if (failingSince is { } since && subscription.Contact is not null)
        {
            // Repeated at every failure, because a process may end in between. The warning is written only once.
            await rows.EnqueueWarningAsync(subscription, since, cancel);
        }

        if (wasActivated)
        {
            await following.FollowAsync(subscription.Id, cancel);
        }

        if (intent is not null)
        {
            await intents.DoneAsync(intent, cancel);
        }
    }
}
