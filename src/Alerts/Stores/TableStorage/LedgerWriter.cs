using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Writes rows of the ledger and posts their messages. It writes the index entries first, then the row, then posts
/// the message; each step may be repeated.
/// </summary>
internal sealed class LedgerWriter(Tables tables, SweepIndex sweepIndex, IAlertQueueSender posts)
{
    /// <summary>
    /// Inserts rows into the ledger and posts them. An existing row is left as it is, with two exceptions: its due
    /// instant moved while it was still waiting, or it had become void and is owed again ahead of its instant.
    /// </summary>
    /// <param name="alsoVoid">Whether a void row is queued again even after its instant.</param>
    /// <returns>Number of rows inserted or changed.</returns>
    public async Task<long> EnqueueAsync(IReadOnlyList<LedgerRow> rows, Instant now, CancellationToken cancel,
        bool alsoVoid = false)
    {
        await Task.WhenAll(
            tables.Ledger.UpsertAllAsync(
                rows.Select(row => (row.SubscriptionId, row.Group))
                    .Distinct()
                    .Select(one => new TableEntity(
                        "_o|" + Keys.Shard(one.SubscriptionId), $"{one.SubscriptionId}|{one.Group}")),
                cancel),
            sweepIndex.EnterAsync(rows, cancel));
        var post = new List<LedgerRow>();
        var begun = new HashSet<string>(StringComparer.Ordinal);
        var changed = 0L;
        var byKey = rows.ToDictionary(row => (row.Entity.PartitionKey, row.Entity.RowKey));
        await TableOperations.ForEachBatchAsync(rows.Select(row => row.Entity), async batch =>
        {
            if (await tables.Ledger.TryInsertAllAsync(batch, cancel))
            {
                lock (post)
                {
                    changed += batch.Count;
                    post.AddRange(batch.Select(entity => byKey[(entity.PartitionKey, entity.RowKey)]));
                }

                return;
            }

            foreach (var entity in batch)
            {
                var (row, isNew, known) = await EnqueueOneAsync(
                    byKey[(entity.PartitionKey, entity.RowKey)], now, alsoVoid, cancel);
                lock (post)
                {
                    changed += isNew ? 1 : 0;
                    post.AddRange(row is null ? [] : [row]);
                    begun.UnionWith(known?.DigestKeys ?? []);
                }
            }
        });
        // Rows whose digest is claimed in part are left to the row with which its claim began.
        await PostAsync([.. post.Where(row => !row.IsOneOf(begun))], cancel);
        return changed;
    }

    /// <summary>Enqueues all of the messages or none.</summary>
    /// <param name="at">When the messages become due; they are not sent earlier.</param>
    public Task EnqueueMessagesAsync(
        Subscription subscription, IReadOnlyList<ServiceMessage> messages, Instant at, CancellationToken cancel) =>
        EnqueueAsync(
            [.. messages.Select(message => RowOf(subscription, message, NewSubscription.MessageId(), at))], at, cancel);

    /// <summary>Enqueues a verification unless one is waiting. Of two concurrent calls only one enqueues.</summary>
    public async Task<bool> EnqueueVerificationAsync(Subscription subscription, Instant at, CancellationToken cancel)
    {
        var before = (await OfAsync(Keys.NoDate, subscription.Id, cancel))
            .Where(row => row.Message == ServiceMessage.Verification).ToList();
        if (before.Any(row => row.State.IsOpen()))
        {
            return false;
        }

        // Concurrent calls compute the same id. The challenge cannot be computed from it.
        var id = "msg_" + Keys.Hash(FormattableString.Invariant($"verification {subscription.Id} {before.Count}"));
        return await EnqueueAsync([RowOf(subscription, ServiceMessage.Verification, id, at)], at, cancel) > 0;
    }

    /// <summary>
    /// Enqueues the warning for an endpoint that has been failing since <paramref name="failingSince"/>, unless it is
    /// in the ledger already.
    /// </summary>
    public async Task EnqueueWarningAsync(Subscription subscription, Instant failingSince, CancellationToken cancel)
    {
        var at = failingSince + EndpointHealth.WarnedAfter;
        var id = "msg_" + Keys.Hash(
            FormattableString.Invariant($"warning {subscription.Id} {failingSince.ToUnixTimeMilliseconds()}"));
        var row = RowOf(subscription, ServiceMessage.Warning, id, at);
        if (await FindAsync(row.Name, cancel) is null)
        {
            await EnqueueAsync([row], at, cancel);
        }
    }

    /// <summary>
    /// Applies a change to the current state of a row, and posts the row if it waits afterwards. Returns null if
    /// there is nothing to change.
    /// </summary>
    public async Task<LedgerRow?> ChangeAsync(LedgerRow row, Func<LedgerRow, bool> change, CancellationToken cancel) =>
        (await ChangeAllAsync([new(row, change)], cancel))[0];

    /// <summary>
    /// Applies changes to the current state of several rows in as few operations as possible, and posts those that
    /// wait afterwards. The rows passed in are not modified, so the call can be repeated after an error.
    /// </summary>
    /// <returns>
    /// The rows after their changes, in the order of <paramref name="changes"/>; null where there was
    /// nothing to change.
    /// </returns>
    public async Task<IReadOnlyList<LedgerRow?>> ChangeAllAsync(
        IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var changed = new LedgerRow?[changes.Count];
        var open = Changed(Enumerable.Range(0, changes.Count).Select(index => (index, changes[index].Row.Copy())));
        while (open.Count > 0)
        {
            await sweepIndex.EnterAsync(open.Select(one => one.Row), cancel);
            var byEntity = open.DistinctBy(one => (one.Row.Entity.PartitionKey, one.Row.Entity.RowKey))
                .ToDictionary(one => one.Row.Entity);
            await TableOperations.ForEachBatchAsync(byEntity.Keys, async batch =>
            {
                foreach (var (entity, isWritten) in batch.Zip(await tables.Ledger.TryReplaceAllAsync(batch, cancel)))
                {
                    if (isWritten)
                    {
                        changed[byEntity[entity].Index] = byEntity[entity].Row;
                    }
                }
            });
            var again = new List<(int, LedgerRow)>();
            foreach (var (index, row) in open.Where(one => changed[one.Index] is null))
            {
                again.AddRange(await FindAsync(row.Name, cancel) is { } fresh ? [(index, fresh)] : []);
            }

            open = Changed(again);
        }

        await PostAsync([.. changed.OfType<LedgerRow>()], cancel);
        return changed;

        List<(int Index, LedgerRow Row)> Changed(IEnumerable<(int Index, LedgerRow Row)> rows) =>
            [.. rows.Where(one => changes[one.Index].Change(one.Row))];
    }

    public async Task<LedgerRow?> FindAsync(LedgerName name, CancellationToken cancel) =>
        await tables.Ledger.FindAsync(LedgerRow.PartitionOf(name), LedgerRow.RowKeyOf(name), cancel) is { } entity
            ? new LedgerRow(entity) : null;

    /// <summary>Reads all rows of one subscription and date.</summary>
    public async Task<IReadOnlyList<LedgerRow>> OfAsync(string dateId, string subscriptionId, CancellationToken cancel)
    {
        var partition = Keys.LedgerPartition(dateId, subscriptionId);
        var entities = await tables.Ledger.ListAsync(partition, subscriptionId + "|", cancel);
        return [.. entities.Select(entity => new LedgerRow(entity))];
    }

    /// <summary>Reads all rows of one subscription, including service messages.</summary>
    public async Task<IReadOnlyList<LedgerRow>> OfAsync(string subscriptionId, CancellationToken cancel)
    {
        var rows = new List<LedgerRow>();
        var shard = "_o|" + Keys.Shard(subscriptionId);
        foreach (var entry in await tables.Ledger.ListAsync(shard, subscriptionId + "|", cancel))
        {
            rows.AddRange(await OfAsync(entry.RowKey[(subscriptionId.Length + 1)..], subscriptionId, cancel));
        }

        return rows;
    }

    /// <summary>Reads all rows of one shard of a date, grouped by subscription.</summary>
    public IAsyncEnumerable<LedgerRow> OfShardAsync(string dateId, int shard, CancellationToken cancel) =>
        RowsAsync($"PartitionKey eq '{dateId}|{Keys.Shard(shard)}'", cancel);

    /// <summary>Reads all rows of a date, grouped by subscription.</summary>
    public IAsyncEnumerable<LedgerRow> OfDateAsync(string dateId, CancellationToken cancel) =>
        RowsAsync($"PartitionKey ge '{dateId}|' and PartitionKey lt '{dateId}|~'", cancel);

    private IAsyncEnumerable<LedgerRow> RowsAsync(string filter, CancellationToken cancel) =>
        tables.Ledger.QueryAsync<TableEntity>(filter, cancellationToken: cancel)
            .Select(entity => new LedgerRow(entity));

    public async Task PostAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancel)
    {
        var messages = RowMessages.Of(rows);
        if (messages.Count > 0)
        {
            await posts.PostAsync(messages, cancel);
        }
    }

    private static LedgerRow RowOf(Subscription subscription, ServiceMessage message, string id, Instant at)
    {
        var (channel, carrier) = (subscription.Channel, subscription.Channel.CarrierOf(message));
        return new LedgerRow(
            new LedgerName(subscription.Id, "", 0, AlertKind.Service, id), carrier,
            carrier == channel.Name ? channel.DestinationKeyOf(subscription.Address) : 0, at, null, at, at, message);
    }

    /// <returns>The row to post, whether it is new or changed, and the row that was there before.</returns>
    private async Task<(LedgerRow? ToPost, bool IsChanged, LedgerRow? Known)> EnqueueOneAsync(
        LedgerRow wanted, Instant now, bool alsoVoid, CancellationToken cancel)
    {
        if (await tables.Ledger.TryInsertAsync(wanted.Entity, cancel))
        {
            return (wanted, true, null);
        }

        if (await FindAsync(wanted.Name, cancel) is not { } there)
        {
            return (null, false, null);
        }

        var changed = await ChangeAsync(there, Requeue, cancel);
        // A changed row has been posted already. An unchanged, waiting row may come from a run that ended before it
        // posted, so it is posted again.
        return (changed is null && there.State == DeliveryState.Queued ? there : null, changed is not null, there);

        bool Requeue(LedgerRow row)
        {
            if (!(row.State == DeliveryState.Queued && row.DueAt != wanted.DueAt)
                && !(row.State == DeliveryState.Void && (alsoVoid || wanted.DueAt > now)))
            {
                return false;
            }

            (row.DueAt, row.Expires) = (wanted.DueAt, wanted.Expires);
            row.WaitAgain(wanted.NextAt ?? wanted.DueAt);
            return true;
        }
    }
}

/// <summary>A change of a row. The function returns false, and changes nothing, if there is nothing to do.</summary>
internal sealed record RowChange(LedgerRow Row, Func<LedgerRow, bool> Change)
{
    /// <summary>A change that applies only while the row still waits for the send with a number.</summary>
    public static RowChange WhileWaiting(LedgerRow row, int number, Action<LedgerRow> change) => new(row, one =>
    {
        if (!one.IsWaiting || one.Number != number)
        {
            return false;
        }

        change(one);
        return true;
    });

    /// <summary>A change that voids a row if it waits.</summary>
    public static RowChange VoidWaiting(LedgerRow row, string reason) => new(row, one =>
    {
        if (!one.IsWaiting)
        {
            return false;
        }

        one.End(DeliveryState.Void, reason);
        return true;
    });
}
