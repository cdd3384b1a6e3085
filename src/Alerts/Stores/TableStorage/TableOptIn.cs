using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Creates subscriptions; of a person, at most one per address and preferences. A subscription is stored first; then
/// the subscriber is asked to confirm it.
/// </summary>
internal sealed class TableOptIn(
    Tables tables, TablePlan plan, LedgerWriter rows, SubscriptionFollowUp following, ServiceClock clock,
    RecordingOrder order)
{
    /// <summary>The partition with the subscriptions that have an address as their contact, one entry each.</summary>
    public static string ContactPartition(string address) => "c|" + Keys.Hash(address.ToLowerInvariant());

    /// <summary>See <see cref="ISubscriptions.SubscribeAsync"/>.</summary>
    public Task<Subscription?> SubscribeAsync(
        Target target, Preferences preferences, SubscriptionIdentity identity, CancellationToken cancel) =>
        SubscribeAsync(NewSubscription.Of(target, preferences, identity, clock.Now), cancel);

    private async Task<Subscription?> SubscribeAsync(Subscription wanted, CancellationToken cancel)
    {
        var existing = (await following.FindAsync(wanted.Id, cancel))?.Subscription;
        if (existing is not null && !NewSubscription.IsSameRequest(existing, wanted))
        {
            return null;
        }

        if (existing is not null && await WasAskedAsync(existing, cancel))
        {
            return existing;
        }

        return await (wanted.Channel.IsPersonal ? SubscribePersonAsync(wanted, existing, cancel)
            : SubscribeEndpointAsync(wanted, existing, cancel));
    }

    /// <param name="existing">The subscription if its creator died before it could be found; null if it is new.</param>
    private async Task<Subscription?> SubscribePersonAsync(
        Subscription wanted, Subscription? existing, CancellationToken cancel)
    {
        var (made, isMade) = (existing ?? wanted, existing is not null);
        var preferenceSet = await plan.PreferenceSetOfAsync(wanted.Preferences, cancel);
        while (true)
        {
            var entry = await FindEntryAsync(wanted, preferenceSet, cancel);
            var known = entry is null ? null : await KnownAsync(entry, preferenceSet, cancel);
            if (known is null)
            {
                // Stored before it can be found, so that a process that finds it finds all of it.
                if (!isMade && !(isMade = await InsertAsync(made, preferenceSet, cancel)))
                {
                    // A concurrent request with the same Idempotency-Key has stored it.
                    return await SubscribeAsync(wanted, cancel);
                }

                if (!await ReserveAsync(entry, made, preferenceSet, cancel))
                {
                    continue; // another request was faster
                }
            }
            else if (isMade && known.Id != made.Id)
            {
                await TakeBackAsync(made, cancel);
            }

            await EnqueueLinkAsync(known ?? made, cancel);
            return known ?? made;
        }
    }

    public async Task MailLinksAsync(string address, CancellationToken cancel)
    {
        var found = new List<Subscription>();
        foreach (var entry in await tables.Subscriptions.ListAsync(AddressEntry.Partition(address), "", cancel))
        {
            if (await FindOpenAsync(new AddressEntry(entry), cancel) is { } state)
            {
                found.Add(state.Subscription);
            }
        }

        foreach (var subscription in found.OrderByDescending(one => one.CreatedAt).Take(SubscriptionLimits.LinksMailed))
        {
            await EnqueueLinkAsync(subscription, cancel);
        }
    }

    private async Task<Subscription?> SubscribeEndpointAsync(
        Subscription made, Subscription? existing, CancellationToken cancel)
    {
        if (existing is null)
        {
            if (made.Contact is { } contact)
            {
                await tables.Subscriptions.UpsertAsync(
                    new TableEntity(ContactPartition(contact.Address), made.Id), cancel);
            }

            await InsertAsync(made, await plan.PreferenceSetOfAsync(made.Preferences, cancel), cancel);
        }

        await rows.EnqueueMessagesAsync(made, NewSubscription.FirstMessages(made), clock.Now, cancel);
        return existing ?? made;
    }

    /// <summary>
    /// Makes an ended subscription of a person the one of its address and preferences again; returns false if there is
    /// another one by now.
    /// </summary>
    public async Task<bool> TakePlaceAgainAsync(SubscriptionState ended, CancellationToken cancel)
    {
        if (!ended.Subscription.Channel.IsPersonal)
        {
            return true;
        }

        var preferenceSet = new PreferenceSet(ended.PreferenceSet, ended.Subscription.Preferences);
        var entry = await FindEntryAsync(ended.Subscription, preferenceSet, cancel);
        return (entry is null || await KnownAsync(entry, preferenceSet, cancel) is null)
            && await ReserveAsync(entry, ended.Subscription, preferenceSet, cancel);
    }

    private async Task<AddressEntry?> FindEntryAsync(
        Subscription subscription, PreferenceSet preferenceSet, CancellationToken cancel) =>
        await tables.Subscriptions.FindAsync(
            AddressEntry.Partition(subscription.Address), preferenceSet.Key, cancel) is { } entity
            ? new AddressEntry(entity) : null;

    private async Task<Subscription?> KnownAsync(
        AddressEntry entry, PreferenceSet preferenceSet, CancellationToken cancel) =>
        await FindOpenAsync(entry, cancel) is { } state && state.PreferenceSet == preferenceSet.Key
            ? state.Subscription : null;

    /// <summary>The subscription of an entry, if it is pending or active.</summary>
    private async Task<SubscriptionState?> FindOpenAsync(AddressEntry entry, CancellationToken cancel) =>
        await following.FindAsync(entry.SubscriptionId, cancel)
            is { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } state ? state : null;

    /// <summary>Reserves address and preferences for a subscription; false if another request was faster.</summary>
    /// <param name="entry">The existing entry, whose subscription is no longer current; null if there is none.</param>
    private async Task<bool> ReserveAsync(
        AddressEntry? entry, Subscription made, PreferenceSet preferenceSet, CancellationToken cancel)
    {
        var written = entry ?? new AddressEntry(
            new TableEntity(AddressEntry.Partition(made.Address), preferenceSet.Key));
        written.SubscriptionId = made.Id;
        return await tables.Subscriptions.TryWriteAsync(written.Entity, isNew: entry is null, cancel);
    }

    /// <summary>Stores a new subscription; returns false if one with its id exists.</summary>
    private async Task<bool> InsertAsync(Subscription made, PreferenceSet preferenceSet, CancellationToken cancel)
    {
        await tables.Subscriptions.UpsertAsync(new TableEntity("_pending", PendingKeyOf(made)), cancel);
        return await tables.Subscriptions.TryInsertAsync(
            new SubscriptionState(made, preferenceSet, order.Next()).Entity, cancel);
    }

    /// <summary>Removes a subscription that no index points to and about which no message was sent.</summary>
    private async Task TakeBackAsync(Subscription made, CancellationToken cancel)
    {
        await tables.Subscriptions.DropAsync(Keys.Shard(made.Id), made.Id, cancel);
        await tables.Subscriptions.DropAsync("_pending", PendingKeyOf(made), cancel);
    }

    private static string PendingKeyOf(Subscription made) => $"{Keys.Of(made.CreatedAt)}|{made.Id}";

    /// <summary>Whether the confirmation was requested. False if the creating process died before.</summary>
    private async Task<bool> WasAskedAsync(Subscription existing, CancellationToken cancel) =>
        existing.Status != SubscriptionStatus.Pending || (await rows.OfAsync(existing.Id, cancel)).Count > 0;

    /// <summary>Enqueues the mail with the subscription's link, unless the hourly limit is reached.</summary>
    /// <returns>Whether it was enqueued.</returns>
    public async Task<bool> EnqueueLinkAsync(Subscription subscription, CancellationToken cancel)
    {
        var message = NewSubscription.MessageFor(subscription);
        var isAllowed = false;
        await following.ChangeAsync(
            subscription.Id, (state, now) => isAllowed = state.TryCountEmail(message.ToString(), now), cancel);
        if (isAllowed)
        {
            await rows.EnqueueMessagesAsync(subscription, [message], clock.Now, cancel);
        }

        return isAllowed;
    }
}

/// <summary>Which subscription has a person's address and a preference set, backed by its entity.</summary>
internal sealed class AddressEntry(TableEntity entity)
{
    public TableEntity Entity => entity;

    public string SubscriptionId
    {
        get => entity.Text("Id");
        set => entity["Id"] = value;
    }

    /// <summary>The partition with the subscriptions of a person's address, one entry per preference set.</summary>
    public static string Partition(string address) => "a|" + Keys.Hash(address.ToLowerInvariant());
}
