using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Watch;

/// <summary>
/// The single path for changes of subscriptions. Before a change that affects which alerts are owed, enqueues what
/// became due; after any change, wakes the workers. See <see cref="ISubscriptions"/> for results and errors.
/// </summary>
internal sealed class SubscriptionEdits(
    ISubscriptions subscriptions, IDeliveries deliveries, Watcher watcher, ChangeSignal signal)
{
    public Task<Subscription?> SubscribeAsync(
        Target target, Preferences preferences, SubscriptionIdentity identity, CancellationToken cancel) =>
        WakeAsync(subscriptions.SubscribeAsync(target, preferences, identity, cancel));

    public async Task MailLinksAsync(string address, CancellationToken cancel)
    {
        await subscriptions.MailLinksAsync(address, cancel);
        signal.Raise();
    }

    public async Task AnswerContactAsync(string id, bool isWanted, CancellationToken cancel)
    {
        await subscriptions.AnswerContactAsync(id, isWanted, cancel);
        signal.Raise();
    }

    /// <summary>Confirms a subscription and sends the welcome message, if its channel has one.</summary>
    public async Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        return await WakeAsync(subscriptions.ConfirmAsync(id, cancel, hasWelcome: true));
    }

    public async Task<Subscription?> EditAsync(
        string id, Func<Preferences, Preferences?> edit, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        return await WakeAsync(subscriptions.EditAsync(id, edit, cancel));
    }

    public async Task<Subscription?> EndAsync(string id, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        return await WakeAsync(subscriptions.EndAsync(id, cancel));
    }

    public async Task<Subscription?> ResumeAsync(string id, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        return await WakeAsync(subscriptions.ResumeAsync(id, cancel));
    }

    public Task<int?> TestAsync(string id, CancellationToken cancel) => WakeAsync(subscriptions.TestAsync(id, cancel));

    public Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel) =>
        WakeAsync(subscriptions.RecoverAsync(id, since, cancel));

    /// <summary>Sends a delivery in its final state again; see <see cref="IDeliveries.ResendAsync"/>.</summary>
    public Task<Resent> ResendAsync(Delivery delivery, CancellationToken cancel) =>
        WakeAsync(deliveries.ResendAsync(delivery, cancel));

    private async Task<T> WakeAsync<T>(Task<T> change)
    {
        var result = await change;
        signal.Raise();
        return result;
    }
}
