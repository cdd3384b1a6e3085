using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Core;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The ledger as the senders use it: a row is claimed by a conditional update, for as long as its lease lasts. What is taken or
/// settled together shares its operations: dates are read once, and rows of one partition are written in one transaction.
/// </summary>
/// <param name="real">Real time: leases are.</param>
internal sealed class TableLedger(
    Tables tables, LedgerWriter rows, TableDates dates, SubscriptionFollowUp following, TableEndpoints endpoints,
        GaveUpList gaveUp, ServiceClock clock, RecordingOrder order, TimeProvider real)
    : IClaimStore
{
    /// <summary>How long a claim lasts that nobody settles (product contract, section 11).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>What is left for later, because another alert of the same date is at the wire, is looked at again then.</summary>
    private static readonly Duration Later = Duration.FromSeconds(1);

    public async Task<IReadOnlyList<ClaimResult>> ClaimAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel)
    {
        var results = new ClaimResult?[requests.Count];
        var isFirst = true;
        for (var open = Enumerable.Range(0, requests.Count).ToList(); open.Count > 0; (open, isFirst) = ([.. open.Where(index => results[index] is null)], false))
        {
            var (now, read, decided) = (clock.Now, new DateReads(dates, cancel), new ConcurrentDictionary<TableEntity, Decision>());
            // A row that is named twice is looked at again after the first was taken.
            await Parallel.ForEachAsync(open.DistinctBy(index => requests[index].Alert), TableOperations.AtOnce, async (index, _) =>
            {
                try
                {
                    if (await LookAsync(requests[index], isFirst, read, now, cancel) is not { } decision)
                    {
                        results[index] = ClaimResult.Nothing;
                    }
                    else if (decision.IsSlow)
                    {
                        results[index] = ClaimResult.Slow;
                    }
                    else
                    {
                        decided[decision.Row.Entity] = decision with { Index = index };
                    }
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    results[index] = new ClaimResult(null, e);
                }
            });
            await TableOperations.ForEachBatchAsync(decided.Keys, async batch =>
            {
                try
                {
                    foreach (var (entity, isWritten) in batch.Zip(await tables.Ledger.TryReplaceAllAsync(batch, cancel)))
                    {
                        // One that has changed meanwhile is looked at again.
                        results[decided[entity].Index] = isWritten ? decided[entity].Written() : null;
                    }
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    foreach (var entity in batch)
                    {
                        results[decided[entity].Index] = new ClaimResult(null, e);
                    }
                }
            });
        }

        return results!; // each is set when none is open
    }

    public async Task PostponeAsync(ClaimRequest request, Duration wait, CancellationToken cancel)
    {
        if (await rows.FindAsync(request.Alert, cancel) is { } row)
        {
            var until = clock.Now + wait;
            await rows.ChangeAsync(
                row, one => Postpone(one, request.Message.Number, waiting => waiting.Wait(waiting.State, until)), cancel);
        }
    }

    public async Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        var (read, changes) = (new DateReads(dates, cancel), new RowChange[ended.Count]);
        var outcomes = new Outcome[ended.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, ended.Count), TableOperations.AtOnce, async (index, _) =>
        {
            var (settlement, claim) = (ended[index], (TableClaim)ended[index].Claim); // this ledger makes no others
            var outcome = outcomes[index] = await OutcomeAsync(settlement, claim, read);
            // What else it changes goes first: done again, it changes nothing.
            var entry = await gaveUp.EnterAsync(claim.Row, outcome.State, cancel);
            if (channel.DisablesWhatFails && outcome.IsAttempt)
            {
                await endpoints.NoteAsync(settlement, cancel);
            }

            changes[index] = new RowChange(claim.Row, row => Mark(
                row, claim.Number, row.Ended(settlement.Attempt, order), outcome, entry));
        });
        var marked = await rows.ChangeAllAsync(changes, cancel);
        for (var i = 0; i < ended.Count; i++)
        {
            if (marked[i] is { } row)
            {
                AlertMetrics.Ended(row.Channel, ended[i].Claim.Message, outcomes[i].State);
            }
        }
    }

    private static async Task<Outcome> OutcomeAsync(Settlement settlement, TableClaim claim, DateReads read)
    {
        var outcome = Outcome.Of(settlement.Result, claim.Message.IsVerification, claim.Failures, settlement.EndedAt, claim.Expires,
            Random.Shared.NextDouble() * 2 - 1);
        return outcome.State == DeliveryState.Retrying && claim.Message is OutboundAlert alert
            && (await read.CurrentAsync(alert.Date.KeyDate.Id))[^1].KeyDate.Revision > claim.Row.Revision
                // A change committed while it was at the wire has gone through the waiting rows already.
                ? new Outcome(DeliveryState.Void, null, EndReasons.Superseded, IsFailure: true)
                : outcome;
    }

    private static bool Mark(LedgerRow row, int number, Attempt attempt, Outcome outcome, string? gaveUp)
    {
        // Our lease expired and another worker owns this row: ignore our result.
        if (row.State != DeliveryState.Sending || row.IsWaiting || row.Number != number)
        {
            return false;
        }

        row.Log = outcome.IsAttempt ? AttemptLog.Append(row.Log, attempt) : row.Log;
        row.Failures += outcome.IsFailure ? 1 : 0;
        row.LeasedUntil = null;
        if (outcome.NextAt is { } next)
        {
            row.Wait(outcome.State, next);
        }
        else
        {
            row.End(outcome.State, outcome.Reason);
            row.GaveUp = gaveUp;
        }

        return true;
    }

    private static bool Postpone(LedgerRow row, int number, Action<LedgerRow> wait)
    {
        if (!row.IsWaiting || row.Number != number)
        {
            return false;
        }

        wait(row);
        return true;
    }

    /// <summary>A row whose attempt is to begin, or which ends without one, changed but not written yet; null when there is nothing to send.</summary>
    /// <param name="isFirst">Whether it may be taken to be as its message says: if it is not, what is written fails, and it is looked at again.</param>
    private async Task<Decision?> LookAsync(ClaimRequest request, bool isFirst, DateReads read, Instant now, CancellationToken cancel)
    {
        var row = (isFirst ? LedgerRow.AsWritten(request) : null) ?? await rows.FindAsync(request.Alert, cancel);
        if (row is null || row.Number != request.Message.Number || !row.IsFree(real.GetUtcNow()))
        {
            return null;
        }

        if (!row.IsWaiting)
        {
            await rows.ChangeAsync(row, one => one.TryBreakOff(real.GetUtcNow(), now, order), cancel);
            return null;
        }

        if (row.NextAt > now)
        {
            // Handed out too early: the queue's clock is another.
            await rows.ChangeAsync(row, one => Postpone(one, request.Message.Number, waiting => waiting.Wait(waiting.State, waiting.NextAt ?? now)), cancel);
            return null;
        }

        var state = await following.FindAsync(request.Alert.SubscriptionId, cancel) ?? throw new InvalidOperationException($"The ledger names {request.Alert.SubscriptionId}, which does not exist.");
        var subscription = state.Subscription;
        if (!request.Message.IsSlow && subscription.Channel == request.Message.Channel && subscription.Quick == 0)
        {
            return new Decision(row, null) { IsSlow = true };
        }

        switch (PreSendCheck.Of(row.Due, subscription,
            await TablePreSendContext.OfAsync(row, subscription, read, rows, now, cancel), now))
        {
            case SendDecision.Send { Message: var message }:
                (row.State, row.AttemptAt, row.NextAt, row.LeasedUntil, row.Begun) = (
                    DeliveryState.Sending, now, null, real.GetUtcNow() + Lease, order.Next());
                return new Decision(row, message);
            case SendDecision.End end:
                row.GaveUp = await gaveUp.EnterAsync(row, end.State, cancel);
                row.End(end.State, end.Reason);
                return new Decision(row, null);
            case SendDecision.Wait wait:
                await rows.ChangeAsync(
                    row,
                    one => Postpone(one, request.Message.Number, waiting =>
                    {
                        (waiting.DueAt, waiting.Expires) = (wait.DueAt, wait.Expires);
                        waiting.Wait(waiting.State, wait.Until);
                    }),
                    cancel);
                return null;
            case SendDecision.Later:
                await rows.ChangeAsync(row, one => Postpone(one, request.Message.Number, waiting => waiting.Wait(waiting.State, now + Later)), cancel);
                return null;
            default:
                throw new InvalidOperationException("A look has four forms.");
        }
    }

    /// <summary>A row as it is to be written.</summary>
    /// <param name="Message">What is sent then; null when it ends without an attempt.</param>
    private sealed record Decision(LedgerRow Row, OutboundMessage? Message)
    {
        /// <summary>Its place among what is taken.</summary>
        public int Index { get; init; }

        /// <summary>Whether it is left as it is, for the queue of slow endpoints.</summary>
        public bool IsSlow { get; init; }

        public ClaimResult Written()
        {
            if (Message is not null)
            {
                return new ClaimResult(new TableClaim(Row, Message), null);
            }

            AlertMetrics.EndedUnsent(Row.Channel, Row.State);
            return ClaimResult.Nothing;
        }
    }
}

/// <summary>A claim, with its row as it was claimed.</summary>
internal sealed record TableClaim(LedgerRow Row, OutboundMessage Message)
    : MessageClaim(Row.Name, Row.DestinationKey, Row.Failures, Row.IsResent ? null : Row.Expires, Message)
{
    public int Number { get; } = Row.Number;
}
