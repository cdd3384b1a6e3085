using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Alerts.Due;
using Alerts.Ledger;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>Lists the deliveries of the ledger and queues them again on request.</summary>
internal sealed class TableDeliveries(
    Tables tables, SweepIndex sweepIndex, LedgerWriter rows, TableDates dates, GaveUpList gaveUp,
    ServiceClock clock) : IDeliveries
{
    public async Task<IReadOnlyList<ListedDelivery>> OfAsync(string subscriptionId, DeliveryFilter filter,
        string? after, int limit, CancellationToken cancel) =>
        [.. (await rows.OfAsync(subscriptionId, cancel))
            .Where(row => filter.Admits(row.State, row.Kind))
            .Select(row => new ListedDelivery(PositionOf(row), row.ToDelivery()))
            .OrderByDescending(one => one.Position, StringComparer.Ordinal)
            .Where(one => after is null || string.CompareOrdinal(one.Position, after) < 0)
            .Take(limit)];

    /// <summary>Reads the whole ledger; for operators.</summary>
    public async Task<IReadOnlyList<ListedDelivery>> ListAsync(DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel)
    {
        var newest = new PriorityQueue<LedgerRow, string>(StringComparer.Ordinal);
        await foreach (var row in RowsAsync(filter, null, cancel))
        {
            if (after is null || string.CompareOrdinal(PositionOf(row), after) < 0)
            {
                newest.Enqueue(row, PositionOf(row));
                if (newest.Count > limit)
                {
                    newest.Dequeue();
                }
            }
        }

        var listed = new List<ListedDelivery>();
        while (newest.TryDequeue(out var row, out var position))
        {
            listed.Add(new ListedDelivery(position, row.ToDelivery()));
        }

        listed.Reverse();
        return listed;
    }

    public async Task<DeliveryCounts> CountAsync(CancellationToken cancel)
    {
        var (alerts, messages) = (new Dictionary<DeliveryState, long>(), new Dictionary<DeliveryState, long>());
        await foreach (var row in RowsAsync(DeliveryFilter.All, LedgerRow.KindAndState, cancel))
        {
            var counts = row.Kind == AlertKind.Service ? messages : alerts;
            counts[row.State] = counts.GetValueOrDefault(row.State) + 1;
        }

        return new DeliveryCounts(alerts, messages);
    }

    public IAsyncEnumerable<Delivery> GaveUpAsync(CancellationToken cancel) => gaveUp.AllAsync(cancel);

    public async Task<Delivery?> FindAsync(string subscriptionId, string key, CancellationToken cancel) =>
        (await rows.OfAsync(subscriptionId, cancel)).FirstOrDefault(row => row.Name.Key == key)?.ToDelivery();

    public async Task<Resent> ResendAsync(Delivery delivery, CancellationToken cancel)
    {
        if (delivery.Kind == AlertKind.Service)
        {
            return Resent.NotAnAlert;
        }

        var name = new Queue.LedgerName(
            delivery.SubscriptionId, delivery.KeyDateId, delivery.Revision, delivery.Kind, delivery.Lead);
        var (row, current) = (await rows.FindAsync(name, cancel), await dates.FindAsync(delivery.KeyDateId, cancel));
        if (row is null || current is null)
        {
            throw new InvalidOperationException($"The ledger has no {delivery.Key}.");
        }

        var resent = Resent.StillUnderWay;
        await rows.ChangeAsync(row, Resend, cancel);
        return resent;

        bool Resend(LedgerRow one)
        {
            resent = Resending.Of(one.State, one.Revision, current.KeyDate.Revision);
            if (resent == Resent.Queued)
            {
                (one.Failures, one.IsResent) = (0, true);
                one.Wait(DeliveryState.Queued, clock.Now);
            }

            return resent == Resent.Queued;
        }
    }

    public async Task EraseOldAnswersAsync(CancellationToken cancel)
    {
        var before = clock.Now - AttemptLog.AnswersLast;
        foreach (var line in await sweepIndex.AnswersAsync(before, cancel))
        {
            await foreach (var row in rows.OfDateAsync(line.Group, cancel))
            {
                await rows.ChangeAsync(row, one => Forget(one, before), cancel);
            }

            await sweepIndex.DoneAsync(line, cancel);
        }
    }

    /// <param name="properties">The properties to read; null for all of them.</param>
    private IAsyncEnumerable<LedgerRow> RowsAsync(
        DeliveryFilter filter, IEnumerable<string>? properties, CancellationToken cancel) =>
        tables.Ledger.QueryAsync<TableEntity>(LedgerRow.In(filter), select: properties, cancellationToken: cancel)
            .Select(entity => new LedgerRow(entity));

    private static bool Forget(LedgerRow row, Instant before)
    {
        if (row.IsWaiting || row.State == DeliveryState.Sending || row.Log is not { } log || row.AttemptAt > before
            || !AttemptLog.Read(log).Any(attempt => attempt.Response is not null))
        {
            return false;
        }

        row.Log = AttemptLog.WithoutAnswers(log);
        return true;
    }

    /// <summary>
    /// A position that sorts by age, the newest highest: the time of creation, then digits from a hash of the key to
    /// keep positions distinct.
    /// </summary>
    private static string PositionOf(LedgerRow row)
    {
        var hash = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(row.Name.Key)));
        return Keys.Of(row.CreatedAt) + FormattableString.Invariant($"{hash % 100_000_000:D8}");
    }
}
