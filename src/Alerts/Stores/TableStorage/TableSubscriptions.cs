using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Stores subscriptions. A change is announced, and then made by one conditional update of the subscription's entity.
/// Its effects on the ledger are derived from the recorded states; any process that finds the announcement can carry
/// them out again.
/// </summary>
internal sealed class TableSubscriptions(
    Tables tables, TablePlan plan, LedgerWriter rows, IntentLog intents, TableOptIn optIn,
    SubscriptionFollowUp following, TableDates dates, ServiceClock clock, RecordingOrder order) : ISubscriptions
{
    public async Task<Subscription?> FindAsync(string id, CancellationToken cancel) =>
        (await following.FindAsync(id, cancel))?.Subscription;

    public async Task<IReadOnlyList<SubscriptionCount>> CountAsync(CancellationToken cancel)
    {
        var counts = new Dictionary<(string Channel, SubscriptionStatus Status), long>();
        await foreach (var kind in tables.Subscriptions.QueryAsync<TableEntity>(
            "PartitionKey ge '00' and PartitionKey lt '99'", select: SubscriptionState.ChannelAndStatus,
            cancellationToken: cancel).Select(SubscriptionState.KindOf))
        {
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        return [.. counts.OrderBy(one => one.Key.Channel, StringComparer.Ordinal).ThenBy(one => one.Key.Status)
            .Select(one => new SubscriptionCount(one.Key.Channel, one.Key.Status, one.Value))];
    }

    public Task<Subscription?> SubscribeAsync(
        Target target, Preferences preferences, SubscriptionIdentity identity, CancellationToken cancel) =>
        optIn.SubscribeAsync(target, preferences, identity, cancel);

    public Task MailLinksAsync(string address, CancellationToken cancel) => optIn.MailLinksAsync(address, cancel);

    public Task AnswerContactAsync(string id, bool isWanted, CancellationToken cancel) =>
        following.ChangeAsync(
            id,
            (state, _) =>
            {
                if (isWanted)
                {
                    state.ConfirmContact();
                }
                else
                {
                    state.ForgetContact();
                }

                return true;
            },
            cancel);

    public async Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel, bool hasWelcome = false)
    {
        var wasPending = false;
        var confirmed = await ChangeAndFollowAsync(
            id,
            (state, now) =>
            {
                wasPending = state.Status == SubscriptionStatus.Pending;
                if (wasPending)
                {
                    state.Activate(now, order.Next());
                }

                return wasPending;
            },
            cancel);
        if (wasPending && hasWelcome && confirmed is { Channel.HasWelcome: true })
        {
            await rows.EnqueueMessagesAsync(confirmed, [ServiceMessage.Welcome], clock.Now, cancel);
        }

        return confirmed;
    }

    public async Task<Subscription?> ResumeAsync(string id, CancellationToken cancel)
    {
        var state = await following.FindAsync(id, cancel);
        if (state is not { Status: SubscriptionStatus.Ended })
        {
            return state?.Subscription;
        }

        if (!state.Subscription.CanResume(clock.Now) || !await optIn.TakePlaceAgainAsync(state, cancel))
        {
            return null;
        }

        var changed = await ChangeAndFollowAsync(
            id,
            (ended, now) =>
            {
                if (ended.Subscription is not { StatusBeforeEnd: { } before } subscription
                    || !subscription.CanResume(now))
                {
                    return false;
                }

                ended.Resume(before, now, order.Next());
                return true;
            },
            cancel,
            alsoEnded: true);
        return changed is { Status: not SubscriptionStatus.Ended } ? changed : null;
    }

    public async Task<Subscription?> EditAsync(
        string id, Func<Preferences, Preferences?> edit, CancellationToken cancel)
    {
        while (await FindAsync(id, cancel) is { Status: not SubscriptionStatus.Ended } known)
        {
            if (edit(known.Preferences) is not { } preferences)
            {
                return known;
            }

            var isCurrent = true;
            var preferenceSet = await plan.PreferenceSetOfAsync(preferences, cancel);
            var edited = await ChangeAndFollowAsync(
                id,
                (state, now) =>
                {
                    isCurrent = PreferencesJson.ToStored(state.Subscription.Preferences)
                        == PreferencesJson.ToStored(known.Preferences);
                    if (isCurrent && state.PreferenceSet == preferenceSet.Key)
                    {
                        state.Reword(preferences);
                    }
                    else if (isCurrent)
                    {
                        state.Edit(preferences, preferenceSet.Key, now, order.Next());
                    }

                    return isCurrent;
                },
                cancel);
            if (isCurrent)
            {
                return edited;
            }
        }

        return null;
    }

    public Task<Subscription?> EndAsync(string id, CancellationToken cancel) => ChangeAndFollowAsync(
        id,
        (state, now) =>
        {
            if (state.Status == SubscriptionStatus.Ended)
            {
                return false;
            }

            state.Set(SubscriptionStatus.Ended, now, order.Next());
            return true;
        },
        cancel,
        alsoEnded: true);

    public async Task<string?> RotateSecretAsync(string id, CancellationToken cancel) => (await following.ChangeAsync(
        id,
        (state, now) =>
        {
            state.Rotate(now);
            return true;
        },
        cancel))?.Subscription.Secrets[0].Text;

    public async Task<int?> TestAsync(string id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { Status: not SubscriptionStatus.Ended } subscription)
        {
            return null;
        }

        var message = NewSubscription.TestFor(subscription);
        switch (message)
        {
            case ServiceMessage.Verification:
                return await rows.EnqueueVerificationAsync(subscription, clock.Now, cancel) ? 1 : 0;
            case ServiceMessage.Confirmation:
                return await optIn.EnqueueLinkAsync(subscription, cancel) ? 1 : 0;
            default:
                await rows.EnqueueMessagesAsync(subscription, [message], clock.Now, cancel);
                return 1;
        }
    }

    public async Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { Status: not SubscriptionStatus.Ended } subscription)
        {
            return null;
        }

        if (subscription.Status != SubscriptionStatus.Active)
        {
            return 0;
        }

        var (now, read, owed) = (clock.Now, new DateReads(dates, cancel), new List<RowChange>());
        foreach (var row in (await rows.OfAsync(id, cancel)).Where(IsRecoverable))
        {
            var context = await TablePreSendContext.OfAsync(row, subscription, read, rows, now, cancel);
            if (PreSendCheck.Of(row.Due, subscription, context, now) is not SendDecision.End)
            {
                owed.Add(new RowChange(row, Recover));
            }
        }

        return (await rows.ChangeAllAsync(owed, cancel)).Count(row => row is not null);

        bool IsRecoverable(LedgerRow row) => row.Kind != AlertKind.Service && row.State == DeliveryState.Failed
            && row.Reason == EndReasons.EndpointDisabled && row.DueAt >= since
            && row.DueAt > now - SubscriptionLimits.Recoverable;

        bool Recover(LedgerRow row)
        {
            if (!IsRecoverable(row))
            {
                return false;
            }

            row.Failures = 0;
            row.Wait(DeliveryState.Queued, now);
            return true;
        }
    }

    public async Task PurgeExpiredAsync(CancellationToken cancel)
    {
        foreach (var key in await OlderAsync("_pending", clock.Now - SubscriptionLimits.Pending, cancel))
        {
            if (await FindAsync(IdOf(key), cancel) is { Status: SubscriptionStatus.Pending })
            {
                await EndAsync(IdOf(key), cancel);
            }

            await following.ChangeAsync(
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

        foreach (var key in await OlderAsync("_ended", clock.Now - SubscriptionLimits.AfterEnd, cancel))
        {
            await following.ChangeAsync(
                IdOf(key),
                (state, now) =>
                {
                    // It may have been resumed and ended again since.
                    var isOver = state.Subscription is { Status: SubscriptionStatus.Ended } ended
                        && !(now - ended.EndedAt < SubscriptionLimits.AfterEnd);
                    state.Erase();
                    return isOver;
                },
                cancel,
                alsoEnded: true);
            await tables.Subscriptions.DropAsync("_ended", key, cancel);
        }
    }

    private static string IdOf(string key) => key[(key.IndexOf('|', StringComparison.Ordinal) + 1)..];

    private async Task<List<string>> OlderAsync(string partition, Instant than, CancellationToken cancel) =>
        await tables.Subscriptions.QueryAsync<TableEntity>(
                $"PartitionKey eq '{partition}' and RowKey lt '{Keys.Of(than)}~'", cancellationToken: cancel)
            .Select(entity => entity.RowKey).ToListAsync(cancel);

    private async Task<Subscription?> ChangeAndFollowAsync(
        string id, Func<SubscriptionState, Instant, bool> change, CancellationToken cancel, bool alsoEnded = false)
    {
        var intent = await intents.AnnounceSubscriptionAsync(id, cancel);
        var changed = await following.ChangeAsync(id, change, cancel, alsoEnded);
        if (changed is not null)
        {
            await following.FollowAsync(id, cancel);
        }

        await intents.DoneAsync(intent, cancel);
        return changed?.Subscription;
    }
}
