using Alerts.Core;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// How a subscription comes to be: one a mailbox and preferences, made first, then asked whether it is meant.
/// </summary>
internal sealed class TableOptIn(
    Tables tables,
    TablePlan plan,
    LedgerWriter rows,
    SubscriptionFollowUp following,
    ServiceClock clock,
    RecordingOrder order)
{
    /// <summary>Where the subscriptions of a mailbox are found, one entry a preferences.</summary>
    public static string AddressPartition(string address) => "a|" + Keys.Hash(address.ToLowerInvariant());

    public async Task<Subscription?> SubscribeEmailAsync(
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        CancellationToken cancel)
    {
        var made = NewSubscription.Email(address, preferences, identity, clock.Now);
        var isMade = false;
        if ((await following.FindAsync(identity.Id, cancel))?.Subscription is { } standing)
        {
            if (!NewSubscription.IsSameRequest(standing, made) || await WasAskedAsync(standing, cancel))
            {
                return NewSubscription.IsSameRequest(standing, made) ? standing : null;
            }

            (made, isMade) = (standing, true); // who made it ended before it could be found: taken up there
        }

        var schedule = await plan.ScheduleOfAsync(preferences, cancel);
        while (true)
        {
            var entry = await tables.Subscriptions.FindAsync(AddressPartition(address), schedule.Key, cancel);
            var known = entry is null ? null : await KnownAsync(entry, schedule, cancel);
            if (known is null)
            {
                // Made before it can be found, so that who finds it finds all of it.
                if (!isMade && !(isMade = await InsertAsync(made, schedule, cancel)))
                {
                    return await SubscribeEmailAsync(address, preferences, identity, cancel); // the same Idempotency-Key, at once
                }

                if (!await ReserveAsync(entry, made, schedule, cancel))
                {
                    continue; // somebody else was quicker
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
        foreach (var entry in await tables.Subscriptions.ListAsync(AddressPartition(address), "", cancel))
        {
            if (
                (await following.FindAsync(entry.Text("Id"), cancel))?.Subscription is
                { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } subscription)
            {
                found.Add(subscription);
            }
        }

        foreach (var subscription in found.OrderByDescending(one => one.CreatedAt).Take(SubscriptionLimits.LinksMailed))
        {
            await EnqueueLinkAsync(subscription, cancel);
        }
    }

    public async Task<Subscription?> SubscribeWebhookAsync(
        string url,
        WebhookFormat format,
        Preferences preferences,
        string? contact,
        SubscriptionIdentity identity,
        CancellationToken cancel)
    {
        var made = NewSubscription.Webhook(url, format, preferences, contact, identity, clock.Now);
        var standing = (await following.FindAsync(identity.Id, cancel))?.Subscription;
        if (standing is null)
        {
            await InsertAsync(made, await plan.ScheduleOfAsync(preferences, cancel), cancel);
        }
        else if (!NewSubscription.IsSameRequest(standing, made) || await WasAskedAsync(standing, cancel))
        {
            return NewSubscription.IsSameRequest(standing, made) ? standing : null;
        }

        ServiceMessage[] asked = contact is null
            ? [ServiceMessage.Verification]
            : [ServiceMessage.Verification, ServiceMessage.ContactConfirmation];
        await rows.EnqueueMessagesAsync(made, asked, clock.Now, cancel);
        return standing ?? made;
    }

    /// <summary>
    /// Makes an ended subscription by email the one of its address and preferences again; false when another one is.
    /// </summary>
    public async Task<bool> TakePlaceAgainAsync(SubscriptionState ended, CancellationToken cancel)
    {
        if (ended.Channel != "email")
        {
            return true;
        }

        var schedule = new PreferenceSet(ended.PreferenceSet, ended.Subscription.Preferences);
        var entry = await tables.Subscriptions.FindAsync(
            AddressPartition(ended.Subscription.Address), schedule.Key, cancel);
        return (entry is null || await KnownAsync(entry, schedule, cancel) is null)
            && await ReserveAsync(entry, ended.Subscription, schedule, cancel);
    }

    private async Task<Subscription?> KnownAsync(TableEntity entry, PreferenceSet schedule, CancellationToken cancel) =>
        await following.FindAsync(entry.Text("Id"), cancel)
            is { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } state
        && state.PreferenceSet == schedule.Key
            ? state.Subscription
            : null;

    /// <summary>Claims address and preferences for a new subscription; false when somebody else was quicker.</summary>
    /// <param name="entry">What names none that still stands; null when nothing is there.</param>
    private async Task<bool> ReserveAsync(
        TableEntity? entry,
        Subscription made,
        PreferenceSet schedule,
        CancellationToken cancel)
    {
        if (entry is null)
        {
            return await tables.Subscriptions.TryInsertAsync(
                new TableEntity(AddressPartition(made.Address), schedule.Key) { ["Id"] = made.Id },
                cancel);
        }

        entry["Id"] = made.Id;
        return await tables.Subscriptions.TryReplaceAsync(entry, cancel);
    }

    /// <summary>False when one of its id is there already.</summary>
    private async Task<bool> InsertAsync(Subscription made, PreferenceSet schedule, CancellationToken cancel)
    {
        await tables.Subscriptions.UpsertAsync(new TableEntity("_pending", PendingKeyOf(made)), cancel);
        return await tables.Subscriptions.TryInsertAsync(
            new SubscriptionState(made, schedule, order.Next()).Entity,
            cancel);
    }

    /// <summary>What nobody can have found, and nobody was asked about.</summary>
    private async Task TakeBackAsync(Subscription made, CancellationToken cancel)
    {
        await tables.Subscriptions.DropAsync(Keys.Shard(made.Id), made.Id, cancel);
        await tables.Subscriptions.DropAsync("_pending", PendingKeyOf(made), cancel);
    }

    private static string PendingKeyOf(Subscription made) => $"{Keys.Of(made.CreatedAt)}|{made.Id}";

    /// <summary>False when the process that made a subscription ended before it had asked anybody.</summary>
    private async Task<bool> WasAskedAsync(Subscription standing, CancellationToken cancel) =>
        standing.Status != SubscriptionStatus.Pending || (await rows.OfAsync(standing.Id, cancel)).Count > 0;

    /// <summary>The mail that a subscription's owner may ask for again, as often as is allowed.</summary>
    private async Task EnqueueLinkAsync(Subscription subscription, CancellationToken cancel)
    {
        var message = NewSubscription.MessageFor(subscription);
        var mayAsk = false;
        await following.ChangeAsync(
            subscription.Id,
            (state, now) => mayAsk = state.MayAsk(message.ToString(), now),
            cancel);
        if (mayAsk)
        {
            await rows.EnqueueMessageAsync(subscription, message, clock.Now, cancel);
        }
    }
}
