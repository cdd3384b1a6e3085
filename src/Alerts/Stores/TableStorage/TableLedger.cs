using System.Collections.Concurrent;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The ledger as the senders see it. A conditional update claims a row for the duration of its lease. Rows claimed or
/// settled together share operations: each date is read once, and rows of one partition are written in one transaction.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
internal sealed class TableLedger(
    Tables tables, LedgerWriter rows, TableDates dates, SubscriptionFollowUp following, TableEndpoints endpoints,
    GaveUpList gaveUp, ServiceClock clock, RecordingOrder order, TimeProvider real)
    : IClaimStore
{
    public async Task<IReadOnlyList<ClaimResult>> ClaimAsync(
        IReadOnlyList<ClaimRequest> requests, EndpointShares? shares, CancellationToken cancel)
    {
        var results = new ClaimResult?[requests.Count];
        var turns = shares is null ? null : new RequestTurns(shares, requests);
        try
        {
            for (var isFirst = true; results.Contains(null); isFirst = false)
            {
                var checks = new RowChecks(
                    rows, following, gaveUp, new DateReads(dates, cancel), order, real, turns, clock.Now, cancel);
                await new ClaimRound(tables, rows, checks, order, real, cancel).RunAsync(requests, results, isFirst);
            }
        }
        finally
        {
            turns?.Conclude(results);
        }

        return results!; // the loop ends when all are set
    }

    public async Task PostponeAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel)
    {
        var until = clock.Now + ClaimRequest.StaysAway;
        var changes = new ConcurrentBag<RowChange>();
        await Parallel.ForEachAsync(requests, TableOperations.AtOnce, async (request, _) =>
        {
            if ((LedgerRow.AsWritten(request) ?? await rows.FindAsync(request.Alert, cancel)) is { } row)
            {
                changes.Add(RowChange.WhileWaiting(row, request.Message.Number, one => one.Wait(one.State, until)));
            }
        });
        await rows.ChangeAllAsync([.. changes], cancel);
    }

    public async Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        var (read, changes) = (new DateReads(dates, cancel), new RowChange[ended.Count]);
        Outcome[] outcomes = [.. Settlement.Outcomes(ended)];
        await Parallel.ForEachAsync(Enumerable.Range(0, ended.Count), TableOperations.AtOnce, async (index, _) =>
        {
            var (settlement, claim) = (ended[index], (TableClaim)ended[index].Claim); // ClaimAsync makes no others
            var outcome = outcomes[index] = await OutcomeAsync(outcomes[index], claim, read);
            // The other effects are written first: repeating them changes nothing.
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

    private static async Task<Outcome> OutcomeAsync(Outcome outcome, TableClaim claim, DateReads read) =>
        outcome.State == DeliveryState.Retrying && claim.Message is OutboundAlert alert
            && (await read.CurrentAsync(alert.Date.KeyDate.Id))[^1].KeyDate.Revision > claim.Row.Revision
                // A change committed during the attempt has voided the waiting rows, but not this one.
                ? new Outcome(DeliveryState.Void, null, EndReasons.Superseded, IsFailure: true) : outcome;

    private static bool Mark(LedgerRow row, int number, Attempt attempt, Outcome outcome, string? gaveUp)
    {
        // Our lease expired and another worker owns this row: ignore our result.
        if (row.State != DeliveryState.Sending || row.IsWaiting || row.Number != number)
        {
            return false;
        }

        row.Log = outcome.IsAttempt ? AttemptLog.Append(row.Log, attempt) : row.Log;
        row.Failures += outcome.IsFailure ? 1 : 0;
        (row.LeasedUntil, row.DigestKeys) = (null, []);
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
}

/// <summary>A claim with its row as it was claimed.</summary>
internal sealed record TableClaim(LedgerRow Row, OutboundMessage Message)
    : Claim(Row.Failures, Row.IsResent ? null : Row.Expires, Message)
{
    public int Number { get; } = Row.Number;
}

/// <summary>
/// The endpoint turns of requests that are claimed together. A request keeps its turn over all rounds. Thread-safe for
/// different requests.
/// </summary>
internal sealed class RequestTurns(EndpointShares shares, IReadOnlyList<ClaimRequest> requests)
{
    private readonly EndpointTurn?[] turns = new EndpointTurn?[requests.Count];

    /// <summary>Begins the turn of a request unless it has one.</summary>
    /// <param name="quick">See <see cref="Ledger.EndpointHealth.Quick"/>.</param>
    /// <returns>Null if the request has a turn; otherwise where its row waits.</returns>
    public WaitingRow? Begin(int index, int? quick, bool isRetry)
    {
        if (turns[index] is not null)
        {
            return null;
        }

        var request = requests[index];
        if (quick == 0 && !request.Message.IsSlow)
        {
            return new WaitingRow(Place.Slow, isRetry, quick);
        }

        (turns[index], var waits) = shares.TryReserve(
            request.Alert.SubscriptionId, request.Message.DestinationKey, quick, isRetry, request.Turn);
        return turns[index] is null ? new WaitingRow(waits, isRetry, quick) : null;
    }

    /// <summary>Hands each turn to its claim; gives back those of the requests that claimed nothing.</summary>
    public void Conclude(ClaimResult?[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (turns[i] is not { } turn)
            {
                continue;
            }

            if (results[i] is { Claim: { } claim } result)
            {
                results[i] = result with { Claim = claim with { Turn = turn } };
            }
            else
            {
                shares.GiveBack(turn);
            }
        }
    }
}
