using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Stores.TableStorage;

/// <summary>Derives from ledger rows what subscriptions know about a date, and queues corrections.</summary>
internal sealed class TableKnowledge(LedgerWriter rows, TableDates dates, RecordingOrder order)
{
    /// <summary>What a subscription knows about a date, from its rows of that date.</summary>
    public Knowledge Of(IEnumerable<LedgerRow> told, IReadOnlyDictionary<int, KeyDate> byRevision)
    {
        var attempted = told.Where(row => row.WasAttempted && row.Kind != AlertKind.Service).ToList();
        foreach (var row in attempted)
        {
            order.Observe(row.Begun);
        }

        return Knowledge.Of(attempted.SelectMany(row => row.Notification.Attempts(byRevision)));
    }

    /// <summary>Whether a version owes a correction to the subscription of these rows.</summary>
    /// <param name="others">The result of <see cref="Corrections.OtherRevisions"/> for the version.</param>
    public bool IsOwed(
        IEnumerable<LedgerRow> told, IReadOnlySet<int> others, IReadOnlyDictionary<int, KeyDate> byRevision,
        DateVersion version) =>
        told.Any(row => row.WasAttempted && others.Contains(row.Revision))
        && Corrections.IsOwedBy(version, Of(told, byRevision));

    /// <summary>The ledger row of the correction to a version, for one subscription.</summary>
    public static LedgerRow CorrectionOf(DateVersion version, string subscriptionId, string channel,
        long destinationKey, Instant sendAt, Instant now) => new(
        new Queue.LedgerName(subscriptionId, version.KeyDate.Id, version.KeyDate.Revision, Corrections.KindFor(version),
            "-"),
        channel, destinationKey, version.MovedAt, null, sendAt, now);

    /// <summary>
    /// Queues all corrections that one subscription is owed: for each of its dates the correction to the current
    /// version, unless the ledger has it under way or delivered.
    /// </summary>
    /// <param name="alsoFailed">Whether a failed correction is tried again.</param>
    /// <returns>Number of corrections queued.</returns>
    public async Task<int> OweCorrectionsAsync(SubscriptionState state, Instant now, bool alsoFailed,
        CancellationToken cancel)
    {
        var queued = 0;
        foreach (var told in (await rows.OfAsync(state.Id, cancel)).Where(row => row.Kind != AlertKind.Service)
            .GroupBy(row => row.DateId))
        {
            if (!told.Any(row => row.WasAttempted)
                || await dates.HistoryAsync(told.Key, cancel) is not [.., { KeyDate.Revision: > 1 } current] history)
            {
                continue;
            }

            var at = Instant.Max(now, current.MovedAt);
            if (Of(told, Corrections.ByRevision(history)).CorrectionOwed(current.KeyDate, at) is not null)
            {
                var correction = CorrectionOf(current, state.Id, state.Channel, state.DestinationKey, now, now);
                queued += await QueueAsync(correction, alsoFailed, cancel) ? 1 : 0;
            }
        }

        return queued;
    }

    private async Task<bool> QueueAsync(LedgerRow correction, bool alsoFailed, CancellationToken cancel)
    {
        if (await rows.FindAsync(correction.Name, cancel) is not { } there)
        {
            return await rows.EnqueueAsync([correction], correction.CreatedAt, cancel) > 0;
        }

        return await rows.ChangeAsync(there, Requeue, cancel) is not null;

        bool Requeue(LedgerRow row)
        {
            if (row.State != DeliveryState.Void && !(alsoFailed && row.State == DeliveryState.Failed))
            {
                return false;
            }

            row.Failures = 0;
            row.Wait(DeliveryState.Queued, correction.CreatedAt);
            return true;
        }
    }
}
