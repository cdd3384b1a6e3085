using System.Collections.Concurrent;
using System.Diagnostics;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// One round of claims: reads rows, decides on each, and writes the decisions unless another process has changed the
/// row meanwhile. Of a digest one row is written first; the process that succeeds with it has claimed the whole digest.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
/// <param name="turns">Null if the endpoints take no turns.</param>
internal sealed partial class ClaimRound(
    Tables tables, LedgerWriter rows, SubscriptionFollowUp following, GaveUpList gaveUp, DateReads read,
    RecordingOrder order, TimeProvider real, RequestTurns? turns, Instant now, CancellationToken cancel)
{
    /// <summary>How long a claim lasts if it is not settled (product contract, section 11).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Lazy<Task<SubscriptionState>>> subscriptions = new();
    private readonly ConcurrentBag<(int? Index, RowChange Change)> changes = [];
    private readonly ConcurrentBag<(int? Index, LedgerRow Row)> ends = [];

    /// <summary>The keys of digests whose claim has begun; see <see cref="LedgerRow.DigestKeys"/>.</summary>
    private readonly ConcurrentBag<string> begun = [];

    /// <summary>The digests with a row that waits for another alert of its date.</summary>
    private readonly ConcurrentDictionary<(string SubscriptionId, string? DigestId), bool> postponed = new();

    /// <summary>
    /// Processes the requests that have no result yet. Those that must be tried in another round stay without one.
    /// </summary>
    /// <param name="isFirst">
    /// Whether rows may be assumed to be as their messages say, without reading them. If one has changed,
    /// its write fails.
    /// </param>
    public async Task RunAsync(IReadOnlyList<ClaimRequest> requests, ClaimResult?[] results, bool isFirst)
    {
        var toSend = new ConcurrentBag<Part>();
        // A row that is named twice is looked at again in the next round, after the first claim.
        var open = Enumerable.Range(0, requests.Count).Where(index => results[index] is null)
            .DistinctBy(index => requests[index].Alert).ToList();
        await Parallel.ForEachAsync(open, TableOperations.AtOnce, async (index, _) =>
        {
            try
            {
                results[index] = await LookAsync(index, requests[index], isFirst, toSend);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                results[index] = new ClaimResult(null, e);
            }
        });
        var messages = await MessagesAsync(WithoutHeldBack(requests, results, open, toSend), results);
        await WriteAsync(messages, results);
        await ChangeAsync(results);
    }

    private async Task<ClaimResult?> LookAsync(
        int index, ClaimRequest request, bool isFirst, ConcurrentBag<Part> toSend)
    {
        var row = (isFirst ? LedgerRow.AsWritten(request) : null) ?? await rows.FindAsync(request.Alert, cancel);
        foreach (var key in row?.DigestKeys ?? [])
        {
            begun.Add(key);
        }

        if (row is null || row.Number != request.Message.Number || !row.IsFree(real.GetUtcNow()))
        {
            return ClaimResult.Nothing;
        }

        if (!row.IsWaiting)
        {
            changes.Add((index, BreakOff(row)));
            return null;
        }

        if (row.NextAt > now)
        {
            // Delivered too early: the queue's clock differs from ours.
            changes.Add((index, Waiting(row, one => one.Wait(one.State, one.NextAt ?? now))));
            return null;
        }

        var subscription = (await SubscriptionAsync(row.SubscriptionId)).Subscription;
        if (turns?.Begin(index, subscription.Quick, isRetry: row.Failures > 0) is { } waiting)
        {
            return new ClaimResult(null, null) { Waits = waiting };
        }

        if (await CheckAsync(index, row) is { } message)
        {
            toSend.Add(new Part(index, row, message, request.MaxAlertsPerMessage));
        }

        return null;
    }

    /// <summary>The message to send for a row; null if the row ends without an attempt or waits longer.</summary>
    private async Task<OutboundMessage?> CheckAsync(int? index, LedgerRow row)
    {
        var subscription = (await SubscriptionAsync(row.SubscriptionId)).Subscription;
        var context = await TablePreSendContext.OfAsync(row, subscription, read, rows, now, cancel);
        switch (PreSendCheck.Of(row.Due, subscription, context, now))
        {
            case SendDecision.Send { Message: var message }:
                return message;
            case SendDecision.End end:
                row.GaveUp = await gaveUp.EnterAsync(row, end.State, cancel);
                row.End(end.State, end.Reason);
                ends.Add((index, row));
                return null;
            case SendDecision.Wait wait:
                changes.Add((index, Waiting(row, one =>
                {
                    (one.DueAt, one.Expires, one.DigestId) = (wait.DueAt, wait.Expires, null);
                    one.Wait(one.State, wait.Until);
                })));
                return null;
            case SendDecision.Later:
                // An attempt abandoned by a dead process delays others no longer than its lease.
                foreach (var abandoned in context.Abandoned(real.GetUtcNow()))
                {
                    changes.Add((null, BreakOff(abandoned)));
                }

                changes.Add((index, Waiting(row, one => one.Wait(one.State, now + SendDecision.Later.Pause))));
                postponed.TryAdd((row.SubscriptionId, row.DigestId), true);
                return null;
            default:
                throw new UnreachableException("a decision has four forms");
        }
    }

    private async Task WriteAsync(IReadOnlyList<Together> messages, ClaimResult?[] results)
    {
        foreach (var message in messages)
        {
            if (message.DigestId is not null && message.First.DigestId is null)
            {
                message.First.DigestKeys = [.. message.Parts.Select(part => part.Message.Id)];
            }

            foreach (var part in message.Parts)
            {
                Begin(part.Row, message.DigestId);
            }
        }

        var first = await ReplaceAsync(ends.Select(end => end.Row).Concat(messages.Select(message => message.First)));
        foreach (var (index, row) in ends)
        {
            if (first[row].IsWritten)
            {
                AlertMetrics.EndedUnsent(row.Channel, row.State);
            }

            if (index is { } place)
            {
                results[place] = first[row] switch
                {
                    { Failure: { } failure } => new ClaimResult(null, failure),
                    { IsWritten: true } => ClaimResult.Nothing,
                    _ => null, // the row has changed meanwhile
                };
            }
        }

        var ours = messages.Where(message => first[message.First].IsWritten).ToList();
        var rest = await ReplaceAsync(ours.SelectMany(message => message.Rest));
        foreach (var message in messages)
        {
            Conclude(await WithAwaitingAsync(message, rest), first[message.First], rest, results);
        }
    }

    private static void Conclude(
        Together message, Replaced first, IReadOnlyDictionary<LedgerRow, Replaced> rest, ClaimResult?[] results)
    {
        if ((first.Failure ?? message.Rest.Select(row => rest.GetValueOrDefault(row)?.Failure)
            .FirstOrDefault(failure => failure is not null)) is { } failure)
        {
            // Nothing of it is sent. Rows already claimed are taken back when their lease expires.
            Fail(message.Parts, failure, results);
            return;
        }

        if (!first.IsWritten)
        {
            return;
        }

        // Requests of several queue messages may be claimed in one round, and each queue message is sent by itself. One
        // of them gets the whole message, or each would send its own rows under the same id.
        var claimed = message.Parts.Where(part => part.Row == message.First || rest[part.Row].IsWritten).ToList();
        Claim[] claims = [.. claimed.Select(part => (Claim)part.ToClaim(message.DigestId))];
        var sender = claimed.Find(part => part.Index is not null);
        foreach (var part in claimed.Where(part => part.Index is not null))
        {
            results[part.Index!.Value] = part == sender // just filtered
                ? new ClaimResult(claims[0], null) { Others = claims[1..] } : ClaimResult.Nothing;
        }
    }

    private static void Fail(IEnumerable<Part> parts, Exception failure, ClaimResult?[] results)
    {
        foreach (var index in parts.Select(part => part.Index).OfType<int>())
        {
            results[index] = new ClaimResult(null, failure);
        }
    }

    /// <summary>
    /// Writes the rows that wait longer or whose attempt was broken off, all in one call, so that alerts of one
    /// digest are posted together.
    /// </summary>
    private async Task ChangeAsync(ClaimResult?[] results)
    {
        ClaimResult result;
        try
        {
            await rows.ChangeAllAsync([.. changes.Select(one => one.Change)], cancel);
            result = ClaimResult.Nothing;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            result = new ClaimResult(null, e);
        }

        foreach (var index in changes.Select(one => one.Index).OfType<int>())
        {
            results[index] = result;
        }
    }

    private async Task<ConcurrentDictionary<LedgerRow, Replaced>> ReplaceAsync(IEnumerable<LedgerRow> written)
    {
        var byEntity = written.ToDictionary(row => row.Entity);
        var replaced = new ConcurrentDictionary<LedgerRow, Replaced>();
        await TableOperations.ForEachBatchAsync(byEntity.Keys, async batch =>
        {
            try
            {
                foreach (var (entity, isWritten) in batch.Zip(await tables.Ledger.TryReplaceAllAsync(batch, cancel)))
                {
                    replaced[byEntity[entity]] = new Replaced(isWritten, null);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                foreach (var entity in batch)
                {
                    replaced[byEntity[entity]] = new Replaced(false, e);
                }
            }
        });
        return replaced;
    }

    private Task<SubscriptionState> SubscriptionAsync(string id) =>
        subscriptions.GetOrAdd(id, _ => new(async () => await following.FindAsync(id, cancel)
            ?? throw new InvalidOperationException($"The ledger names {id}, which does not exist."))).Value;

    /// <summary>Ends an attempt whose lease has expired; changes nothing while the lease lasts.</summary>
    /// <param name="until">When the row is tried again; null for at once.</param>
    private RowChange BreakOff(LedgerRow row, Instant? until = null) =>
        new(row, one => one.TryBreakOff(real.GetUtcNow(), now, order, until));

    /// <summary>A change that applies only while the row still waits for the same send.</summary>
    private static RowChange Waiting(LedgerRow row, Action<LedgerRow> change) =>
        RowChange.WhileWaiting(row, row.Number, change);
}
