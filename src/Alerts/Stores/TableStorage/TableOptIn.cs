using Alerts.App;
using Alerts.Senders;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>How a subscription comes to be: one a mailbox and wish, made first, then asked whether it is meant.</summary>
internal sealed class TableOptIn(Tables tables, TablePlan plan, TableRows rows, TableFollowing following, ServiceClock clock)
{
    /// <summary>Where the subscriptions of a mailbox are found, one entry a wish.</summary>
    public static string AddressPartition(string address) => "a|" + Keys.Hash(address.ToLowerInvariant());

    public async Task<Subscription?> SubscribeEmailAsync(string address, Wish wish, Seed seed, CancellationToken cancel)
    {
        var made = NewSubscription.Email(address, wish, seed, clock.Now);
        if ((await following.FindAsync(seed.Id, cancel))?.Subscription is { } standing)
        {
            if (NewSubscription.IsSameRequest(standing, made) && !await WasAskedAsync(standing, cancel))
            {
                await EnqueueLinkAsync(standing, cancel);
            }

            return NewSubscription.IsSameRequest(standing, made) ? standing : null;
        }

        var schedule = await plan.ScheduleOfAsync(wish, cancel);
        while (true)
        {
            var known = await KnownAsync(address, schedule, cancel);
            var subscription = known ?? made;
            if (known is null)
            {
                if (!await ReserveAsync(subscription, schedule, cancel))
                {
                    continue;
                }

                await InsertAsync(subscription, schedule, cancel);
            }

            await EnqueueLinkAsync(subscription, cancel);
            return subscription;
        }
    }

    public async Task MailLinksAsync(string address, CancellationToken cancel)
    {
        var found = new List<Subscription>();
        foreach (var entry in await tables.Subscriptions.ListAsync(AddressPartition(address), "", cancel))
        {
            if ((await following.FindAsync(entry.Text("Id"), cancel))?.Subscription is { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } subscription)
            {
                found.Add(subscription);
            }
        }

        foreach (var subscription in found.OrderByDescending(one => one.CreatedAt).Take(Lasting.LinksMailed))
        {
            await EnqueueLinkAsync(subscription, cancel);
        }
    }

    public async Task<Subscription?> SubscribeWebhookAsync(string url, WebhookFormat format, Wish wish, string? contact, Seed seed, CancellationToken cancel)
    {
        var made = NewSubscription.Webhook(url, format, wish, contact, seed, clock.Now);
        var standing = (await following.FindAsync(seed.Id, cancel))?.Subscription;
        if (standing is null)
        {
            await InsertAsync(made, await plan.ScheduleOfAsync(wish, cancel), cancel);
        }
        else if (!NewSubscription.IsSameRequest(standing, made) || await WasAskedAsync(standing, cancel))
        {
            return NewSubscription.IsSameRequest(standing, made) ? standing : null;
        }

        ServiceMessage[] asked = contact is null ? [ServiceMessage.Verification] : [ServiceMessage.Verification, ServiceMessage.ContactConfirmation];
        await rows.EnqueueMessagesAsync(made, asked, clock.Now, cancel);
        return standing ?? made;
    }

    private async Task<Subscription?> KnownAsync(string address, Schedule schedule, CancellationToken cancel) =>
        await tables.Subscriptions.FindAsync(AddressPartition(address), schedule.Key, cancel) is { } entry
        && await following.FindAsync(entry.Text("Id"), cancel) is { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } state && state.Schedule == schedule.Key
            ? state.Subscription
            : null;

    /// <summary>Claims address and wish for a new subscription; false when somebody else was quicker.</summary>
    private async Task<bool> ReserveAsync(Subscription subscription, Schedule schedule, CancellationToken cancel)
    {
        if (await tables.Subscriptions.FindAsync(AddressPartition(subscription.Address), schedule.Key, cancel) is not { } entry)
        {
            return await tables.Subscriptions.TryInsertAsync(new TableEntity(AddressPartition(subscription.Address), schedule.Key) { ["Id"] = subscription.Id }, cancel);
        }

        entry["Id"] = subscription.Id;
        return await tables.Subscriptions.TryReplaceAsync(entry, cancel);
    }

    private async Task InsertAsync(Subscription made, Schedule schedule, CancellationToken cancel)
    {
        await tables.Subscriptions.UpsertAsync(new TableEntity("_pending", $"{Keys.Of(made.CreatedAt)}|{made.Id}"), cancel);
        await tables.Subscriptions.TryInsertAsync(new SubscriptionState(made, schedule).Entity, cancel);
    }

    /// <summary>False when the process that made a subscription ended before it had asked anybody.</summary>
    private async Task<bool> WasAskedAsync(Subscription standing, CancellationToken cancel) =>
        standing.Status != SubscriptionStatus.Pending || (await rows.OfAsync(standing.Id, cancel)).Count > 0;

    /// <summary>The mail that a subscription's owner may ask for again, as often as is allowed.</summary>
    private async Task EnqueueLinkAsync(Subscription subscription, CancellationToken cancel)
    {
        var message = NewSubscription.MessageFor(subscription);
        var mayAsk = false;
        await following.ChangeAsync(subscription.Id, (state, now) => mayAsk = state.MayAsk(message.ToString(), now), cancel);
        if (mayAsk)
        {
            await rows.EnqueueMessageAsync(subscription, message, clock.Now, cancel);
        }
    }
}
