using Alerts.App;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Who asked for what. A change is one conditional update of the subscription's entity, announced before; what follows from it in
/// the ledger is derived from what was recorded, and done again by whoever finds the announcement.
/// </summary>
internal sealed class TableSubscriptions(Tables tables, TablePlan plan, TableRows rows, Intents intents, TableFollowing following, ServiceClock clock) : ISubscriptions
{
    /// <summary>Where the subscriptions of a mailbox are found, one entry a wish.</summary>
    public static string AddressPartition(string address) => "a|" + Keys.Hash(address.ToLowerInvariant());

    public async Task<Subscription?> FindAsync(string id, CancellationToken cancel) => (await following.FindAsync(id, cancel))?.Subscription;

    public async Task<IReadOnlyList<SubscriptionCount>> CountAsync(CancellationToken cancel)
    {
        var counts = new Dictionary<(string Channel, SubscriptionStatus Status), long>();
        await foreach (var entity in tables.Subscriptions.QueryAsync<TableEntity>("PartitionKey ge '00' and PartitionKey lt '99'", select: ["Channel", "Status"], cancellationToken: cancel))
        {
            var kind = (entity.Text("Channel"), (SubscriptionStatus)entity.Number("Status"));
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        return [.. counts.OrderBy(one => one.Key.Channel, StringComparer.Ordinal).ThenBy(one => one.Key.Status).Select(one => new SubscriptionCount(one.Key.Channel, one.Key.Status, one.Value))];
    }

    public async Task<Subscription?> SubscribeEmailAsync(string address, Wish wish, Seed seed, CancellationToken cancel)
    {
        var made = NewSubscription.Email(address, wish, seed, clock.Now);
        if (await FindAsync(seed.Id, cancel) is { } standing)
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
            if (await FindAsync(entry.Text("Id"), cancel) is { Status: SubscriptionStatus.Pending or SubscriptionStatus.Active } subscription)
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
        var standing = await FindAsync(seed.Id, cancel);
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

    public async Task<Subscription?> AnswerContactAsync(string id, bool isWanted, CancellationToken cancel) => (await ChangeAsync(
        id,
        (state, _) =>
        {
            if (isWanted && state.Subscription.Contact is not null)
            {
                state.ConfirmContact();
            }
            else if (!isWanted)
            {
                state.ForgetContact();
            }

            return true;
        },
        cancel))?.Subscription;

    public Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel) => ChangeAndFollowAsync(
        id,
        (state, now) =>
        {
            if (state.Status != SubscriptionStatus.Pending)
            {
                return false;
            }

            state.Activate(now);
            return true;
        },
        cancel);

    public async Task<Subscription?> EditAsync(string id, Wish wish, CancellationToken cancel)
    {
        var schedule = await plan.ScheduleOfAsync(wish, cancel);
        return await ChangeAndFollowAsync(
            id,
            (state, now) =>
            {
                if (state.Schedule == schedule.Key)
                {
                    state.Reword(wish);
                }
                else
                {
                    state.Ask(wish, schedule.Key, now);
                    state.Record(now);
                }

                return true;
            },
            cancel);
    }

    public Task<Subscription?> EndAsync(string id, CancellationToken cancel) => ChangeAndFollowAsync(
        id,
        (state, now) =>
        {
            if (state.Status == SubscriptionStatus.Ended)
            {
                return false;
            }

            state.Set(SubscriptionStatus.Ended, now);
            return true;
        },
        cancel,
        alsoEnded: true);

    public async Task<string?> RotateSecretAsync(string id, CancellationToken cancel)
    {
        return (await ChangeAsync(
            id,
            (state, now) =>
            {
                state.Rotate(now);
                return true;
            },
            cancel))?.Subscription.Secrets[0].Text;
    }

    public async Task<Subscription?> TestAsync(string id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { Status: not SubscriptionStatus.Ended } subscription)
        {
            return null;
        }

        await rows.EnqueueMessageAsync(subscription, NewSubscription.TestFor(subscription), clock.Now, cancel);
        return subscription;
    }

    public async Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { Status: not SubscriptionStatus.Ended })
        {
            return null;
        }

        var now = clock.Now;
        return (await rows.ChangeAllAsync([.. (await rows.OfAsync(id, cancel)).Select(row => new RowChange(row, Recover))], cancel)).Count(row => row is not null);

        bool Recover(LedgerRow row)
        {
            if (row.Kind == AlertKind.Service || row.State != DeliveryState.Failed || row.Reason != LastLook.EndpointDisabled || row.DueAt < since || row.DueAt <= now - Lasting.Recoverable)
            {
                return false;
            }

            row.Failures = 0;
            row.Wait(DeliveryState.Queued, now);
            return true;
        }
    }

    public async Task TidyAsync(CancellationToken cancel)
    {
        foreach (var key in await OlderAsync("_pending", clock.Now - Lasting.Pending, cancel))
        {
            if (await FindAsync(IdOf(key), cancel) is { Status: SubscriptionStatus.Pending })
            {
                await EndAsync(IdOf(key), cancel);
            }

            await ChangeAsync(
                IdOf(key),
                (state, _) =>
                {
                    var isUnconfirmed = state.Subscription.Contact is { IsConfirmed: false };
                    state.ForgetContact();
                    return isUnconfirmed;
                },
                cancel);

            await tables.Subscriptions.DropAsync("_pending", key, cancel);
        }

        foreach (var key in await OlderAsync("_ended", clock.Now - Lasting.AfterEnd, cancel))
        {
            await ChangeAsync(
                IdOf(key),
                (state, _) =>
                {
                    state.Erase();
                    return state.Status == SubscriptionStatus.Ended;
                },
                cancel,
                alsoEnded: true);
            await tables.Subscriptions.DropAsync("_ended", key, cancel);
        }
    }

    private static string IdOf(string key) => key[(key.IndexOf('|', StringComparison.Ordinal) + 1)..];

    private async Task<List<string>> OlderAsync(string partition, Instant than, CancellationToken cancel)
    {
        var keys = new List<string>();
        await foreach (var entity in tables.Subscriptions.QueryAsync<TableEntity>($"PartitionKey eq '{partition}' and RowKey lt '{Keys.Of(than)}~'", cancellationToken: cancel))
        {
            keys.Add(entity.RowKey);
        }

        return keys;
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
        await ChangeAsync(subscription.Id, (state, now) => mayAsk = state.MayAsk(message.ToString(), now), cancel);
        if (mayAsk)
        {
            await rows.EnqueueMessageAsync(subscription, message, clock.Now, cancel);
        }
    }

    private async Task<SubscriptionState?> ChangeAsync(string id, Func<SubscriptionState, Instant, bool> change, CancellationToken cancel, bool alsoEnded = false)
    {
        while (await following.FindAsync(id, cancel) is { } state && (state.Status != SubscriptionStatus.Ended || alsoEnded))
        {
            if (!change(state, clock.Now) || await following.TryChangeAsync(state, cancel))
            {
                return state;
            }
        }

        return null;
    }

    private async Task<Subscription?> ChangeAndFollowAsync(string id, Func<SubscriptionState, Instant, bool> change, CancellationToken cancel, bool alsoEnded = false)
    {
        var intent = await intents.AnnounceSubscriptionAsync(id, cancel);
        var changed = await ChangeAsync(id, change, cancel, alsoEnded);
        if (changed is not null)
        {
            await following.FollowAsync(id, cancel);
        }

        await intents.DoneAsync(intent, cancel);
        return changed?.Subscription;
    }
}
