using System.Collections.Concurrent;
using System.Diagnostics;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The checks of one round of claims: decides on each row whether it is sent, ends or waits, and collects the
/// decisions. It writes nothing but the entries of the <see cref="GaveUpList"/>. Thread-safe.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
/// <param name="turns">Null if the endpoints take no turns.</param>
internal sealed class RowChecks(
    LedgerWriter rows, SubscriptionFollowUp following, GaveUpList gaveUp, DateReads read, RecordingOrder order,
    TimeProvider real, RequestTurns? turns, Instant now, CancellationToken cancel)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<SubscriptionState>>> subscriptions = new();

    /// <summary>The digests with a row that waits for another alert of its date.</summary>
    private readonly ConcurrentDictionary<(string SubscriptionId, string? DigestId), bool> postponed = new();

    public Instant Now => now;

    /// <summary>The rows that requests name and that are to be sent.</summary>
    public ConcurrentBag<RowToSend> ToSend { get; } = [];

    /// <summary>
    /// The rows that wait longer or whose attempt was broken off, each with the index of its request.
    /// </summary>
    public ConcurrentBag<(int? Index, RowChange Change)> Changes { get; } = [];

    /// <summary>The rows that end without an attempt, each with the index of its request.</summary>
    public ConcurrentBag<(int? Index, LedgerRow Row)> Ends { get; } = [];

    /// <summary>The keys of digests whose claim has begun; see <see cref="LedgerRow.DigestKeys"/>.</summary>
    public ConcurrentBag<string> Begun { get; } = [];

    /// <summary>Looks at the row that a request names. A row to be sent is added to <see cref="ToSend"/>.</summary>
    /// <param name="isFirst">See <see cref="ClaimRound.RunAsync"/>.</param>
    /// <returns>Null if the row is to be sent, ends or changes, or if it must be looked at again.</returns>
    public async Task<ClaimResult?> LookAsync(int index, ClaimRequest request, bool isFirst)
    {
        var row = (isFirst ? LedgerRow.AsWritten(request) : null) ?? await rows.FindAsync(request.Alert, cancel);
        foreach (var key in row?.DigestKeys ?? [])
        {
            Begun.Add(key);
        }

        if (row is null || row.Number != request.Message.Number || !row.IsFree(real.GetUtcNow()))
        {
            return ClaimResult.Nothing;
        }

        if (!row.IsWaiting)
        {
            Change(index, BreakOff(row));
            return null;
        }

        if (row.NextAt > now)
        {
            // Delivered too early: the queue's clock differs from ours.
            Change(index, WhileWaiting(row, one => one.Wait(one.State, one.NextAt ?? now)));
            return null;
        }

        var subscription = (await SubscriptionAsync(row.SubscriptionId)).Subscription;
        if (turns?.Begin(index, subscription.Quick, isRetry: row.Failures > 0) is { } waiting)
        {
            return new ClaimResult(null, null) { Waits = waiting };
        }

        if (await CheckAsync(index, row) is { } message)
        {
            ToSend.Add(new RowToSend(index, row, message, request.MaxAlertsPerMessage));
        }

        return null;
    }

    /// <summary>The message to send for a row; null if the row ends without an attempt or waits longer.</summary>
    public async Task<OutboundMessage?> CheckAsync(int? index, LedgerRow row)
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
                Ends.Add((index, row));
                return null;
            case SendDecision.Wait wait:
                Change(index, WhileWaiting(row, one =>
                {
                    (one.DueAt, one.Expires, one.DigestId) = (wait.DueAt, wait.Expires, null);
                    one.Wait(one.State, wait.Until);
                }));
                return null;
            case SendDecision.Later:
                // An attempt abandoned by a dead process delays others no longer than its lease.
                foreach (var abandoned in context.Abandoned(real.GetUtcNow()))
                {
                    Change(null, BreakOff(abandoned));
                }

                Change(index, WhileWaiting(row, one => one.Wait(one.State, now + SendDecision.Later.Pause)));
                postponed.TryAdd((row.SubscriptionId, row.DigestId), true);
                return null;
            default:
                throw new UnreachableException("a decision has four forms");
        }
    }

    /// <summary>Whether a row of a digest waits for another alert of its date.</summary>
    public bool IsPostponed(string subscriptionId, string digestId) =>
        postponed.ContainsKey((subscriptionId, digestId));

    public void Change(int? index, RowChange change) => Changes.Add((index, change));

    /// <summary>Ends an attempt whose lease has expired; changes nothing while the lease lasts.</summary>
    /// <param name="until">When the row is tried again; null for at once.</param>
    public RowChange BreakOff(LedgerRow row, Instant? until = null) =>
        new(row, one => one.TryBreakOff(real.GetUtcNow(), now, order, until));

    /// <summary>A change that applies only while the row still waits for the same send.</summary>
    public static RowChange WhileWaiting(LedgerRow row, Action<LedgerRow> change) =>
        RowChange.WhileWaiting(row, row.Number, change);

    private Task<SubscriptionState> SubscriptionAsync(string id) =>
        subscriptions.GetOrAdd(id, _ => new(async () => await following.FindAsync(id, cancel)
            ?? throw new InvalidOperationException($"The ledger names {id}, which does not exist."))).Value;
}
