using Alerts.App;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>The ledger as the senders use it: a row is claimed by one conditional update, for as long as its lease lasts.</summary>
/// <param name="real">Real time: leases are.</param>
internal sealed class TableLedger(Tables tables, TableRows rows, TableDates dates, TableFollowing following, ServiceClock clock, TimeProvider real) : IMessageLedger
{
    /// <summary>How long a claim lasts that nobody settles (product contract, section 11).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>What is left for later, because another alert of the same date is at the wire, is looked at again then.</summary>
    private static readonly Duration Later = Duration.FromSeconds(1);

    public async Task<Claim?> TakeAsync(LedgerName alert, int number, CancellationToken cancel)
    {
        while (await rows.FindAsync(alert, cancel) is { } row && row.Number == number && IsFree(row))
        {
            var now = clock.Now;
            if (!row.IsWaiting)
            {
                await rows.RequeueAsync(row, one => BreakOff(one, now), cancel);
                return null;
            }

            if (row.NextAt > now)
            {
                await rows.PostAsync([row], cancel); // handed out too early: the queue's clock is another
                return null;
            }

            var state = await following.FindAsync(alert.SubscriptionId, cancel) ?? throw new InvalidOperationException($"The ledger names {alert.SubscriptionId}, which does not exist.");
            var subscription = state.Subscription;
            switch (LastLook.Of(row.Due, subscription, await FactsAsync(row, subscription, now, cancel), now))
            {
                case Look.Send send when await ClaimAsync(row, now, cancel):
                    return new TableClaim(row, send.Message);
                case Look.End end:
                    await MarkFailedAsync(row, end.State, cancel);
                    row.End(end.State, end.Reason);
                    if (await tables.Ledger.TryReplaceAsync(row.Entity, cancel))
                    {
                        Measures.EndedUnsent(subscription.Channel, end.State);
                        return null;
                    }

                    break;
                case Look.Wait wait:
                    await rows.RequeueAsync(row, one => Postpone(one, number, wait), cancel);
                    return null;
                case Look.Later:
                    await rows.RequeueAsync(row, one => PutOff(one, number, now + Later), cancel);
                    return null;
            }
        }

        return null;
    }

    public async Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        foreach (var settlement in ended)
        {
            await SettleAsync(channel, settlement, (TableClaim)settlement.Claim, cancel);
        }
    }

    public async Task SweepAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        var due = new List<string>();
        await foreach (var entity in tables.State.QueryAsync<TableEntity>($"PartitionKey eq '{TableRows.SweepPartition}' and RowKey lt '{Keys.Of(now)}~'", cancellationToken: cancel))
        {
            due.Add(entity.RowKey);
        }

        foreach (var date in due.GroupBy(key => key[(key.IndexOf('|', StringComparison.Ordinal) + 1)..]))
        {
            if (await SweepAsync(date.Key, now, cancel))
            {
                await tables.State.UpsertAsync(new TableEntity(TableRows.SweepPartition, $"{Keys.Of(now + Duration.FromMinutes(1))}|{date.Key}"), cancel);
            }

            foreach (var key in date)
            {
                await tables.State.DropAsync(TableRows.SweepPartition, key, cancel);
            }
        }
    }

    /// <summary>Posts again what is overdue, and takes back what nobody works on any more.</summary>
    /// <returns>Whether something is still open that was due.</returns>
    private async Task<bool> SweepAsync(string dateId, Instant now, CancellationToken cancel)
    {
        var isOpen = false;
        var lost = new List<LedgerRow>();
        var open = FormattableString.Invariant($"(State le 2) and PartitionKey ge '{dateId}|' and PartitionKey lt '{dateId}|~'");
        await foreach (var entity in tables.Ledger.QueryAsync<TableEntity>(open, cancellationToken: cancel))
        {
            var row = new LedgerRow(entity);
            if (!row.IsWaiting)
            {
                isOpen = true;
                if (IsFree(row))
                {
                    await rows.RequeueAsync(row, one => BreakOff(one, now), cancel);
                }
            }
            else if (row.NextAt <= now - Duration.FromMinutes(1))
            {
                isOpen = true;
                lost.Add(row);
            }
        }

        await rows.PostAsync(lost, cancel);
        return isOpen;
    }

    private static bool Postpone(LedgerRow row, int number, Look.Wait wait)
    {
        if (!row.IsWaiting || row.Number != number)
        {
            return false;
        }

        (row.DueAt, row.Expires) = (wait.DueAt, wait.Expires);
        row.Wait(row.State, wait.Until);
        return true;
    }

    private static bool PutOff(LedgerRow row, int number, Instant until)
    {
        if (!row.IsWaiting || row.Number != number)
        {
            return false;
        }

        row.Wait(row.State, until);
        return true;
    }

    private bool IsFree(LedgerRow row) => row.IsWaiting || (row.State == DeliveryState.Sending && !(row.LeasedUntil > real.GetUtcNow()));

    private bool BreakOff(LedgerRow row, Instant now)
    {
        if (row.IsWaiting || !IsFree(row))
        {
            return false;
        }

        row.BreakOff(now);
        return true;
    }

    private async Task<bool> ClaimAsync(LedgerRow row, Instant now, CancellationToken cancel)
    {
        (row.State, row.AttemptAt, row.NextAt, row.LeasedUntil) = (DeliveryState.Sending, now, null, real.GetUtcNow() + Lease);
        return await tables.Ledger.TryReplaceAsync(row.Entity, cancel);
    }

    private async Task SettleAsync(IChannel channel, Settlement settlement, TableClaim claim, CancellationToken cancel)
    {
        var outcome = Outcome.Of(settlement.Result, claim.Failures, settlement.EndedAt, claim.Expires, Random.Shared.NextDouble() * 2 - 1);
        if (outcome.State == DeliveryState.Retrying && claim.Message is OutgoingAlert alert
            && await dates.FindAsync(alert.Date.KeyDate.Id, cancel) is { } current && current.KeyDate.Revision > claim.Row.Revision)
        {
            // A change committed while it was at the wire has gone through the waiting rows already.
            outcome = new Outcome(DeliveryState.Void, null, LastLook.Superseded, IsFailure: true);
        }

        await MarkFailedAsync(claim.Row, outcome.State, cancel);
        bool Mark(LedgerRow row)
        {
            // Whoever took it over after its lease has the say.
            if (row.State != DeliveryState.Sending || row.IsWaiting || row.Number != claim.Number)
            {
                return false;
            }

            row.Log = AttemptLog.Append(row.Log, settlement.Attempt);
            row.Failures += outcome.IsFailure ? 1 : 0;
            row.LeasedUntil = null;
            if (outcome.NextAt is { } next)
            {
                row.Wait(outcome.State, next);
            }
            else
            {
                row.End(outcome.State, outcome.Reason);
            }

            return true;
        }

        if (outcome.NextAt is null ? await rows.ChangeAsync(claim.Row, Mark, cancel) is not null : await rows.RequeueAsync(claim.Row, Mark, cancel))
        {
            Measures.Ended(claim.Row.Channel, claim.Message, outcome.State);
        }

        if (channel.DisablesWhatFails)
        {
            await NoteAsync(claim.Message.Subscription, settlement.Result, outcome, claim.Message, cancel);
        }
    }

    /// <summary>What else it changes: how the endpoint fares, and whether it has answered the verification.</summary>
    private async Task NoteAsync(Subscription subscription, SendResult result, Outcome outcome, Outgoing message, CancellationToken cancel)
    {
        var isVerified = result is Delivered && message is OutgoingService { Message: ServiceMessage.Verification };
        if (result is Delivered && !isVerified && subscription.FailingSince is null)
        {
            return;
        }

        var wasActivated = false;
        Instant? warn = null;
        for (var done = false; !done && await following.FindAsync(subscription.Id, cancel) is { } state;)
        {
            (var health, var isDisabled, warn) = state.Health.After(result, outcome.IsLastAttempt, clock.Now);
            state.Health = health;
            wasActivated = isVerified && state.Status is SubscriptionStatus.Pending or SubscriptionStatus.Disabled;
            if (wasActivated)
            {
                state.Activate(clock.Now);
            }
            else if (isDisabled && state.Status == SubscriptionStatus.Active)
            {
                state.Set(SubscriptionStatus.Disabled, clock.Now);
            }

            done = await following.TryChangeAsync(state, cancel);
        }

        if (warn is { } at && subscription.Contact is not null)
        {
            await rows.EnqueueMessageAsync(subscription, ServiceMessage.Warning, at, cancel);
        }

        if (wasActivated)
        {
            await following.FollowAsync(subscription.Id, cancel);
        }
    }

    /// <summary>What failed or expired is found by those who look for it; written before it is so, and passed over when it is not.</summary>
    private async Task MarkFailedAsync(LedgerRow row, DeliveryState state, CancellationToken cancel)
    {
        if (state is DeliveryState.Failed or DeliveryState.Expired && row.Kind != AlertKind.Service)
        {
            await tables.Ledger.UpsertAsync(
                new TableEntity(TableDeliveries.GaveUpPartition, $"{Keys.Of(clock.Now)}|{row.Name.Key}") { ["Partition"] = row.Entity.PartitionKey, ["Row"] = row.Entity.RowKey }, cancel);
        }
    }

    private async Task<ILookFacts> FactsAsync(LedgerRow row, Subscription subscription, Instant now, CancellationToken cancel)
    {
        if (row.Kind == AlertKind.Service)
        {
            return new Facts(row, [], [], []);
        }

        var history = row.Kind == AlertKind.Reminder
            ? [await dates.FindAsync(row.DateId, cancel) ?? throw new InvalidOperationException($"The ledger names date {row.DateId}, which does not exist.")]
            : await dates.HistoryAsync(row.DateId, cancel) ?? [];
        var reminders = row.Kind == AlertKind.Reminder ? Owed.Reminders(history[^1], subscription.Wish) : [];
        // A reminder asks for its neighbours only when a nearer one has fallen due.
        var mine = reminders.FirstOrDefault(due => due.Lead.Text == row.Lead);
        var isAsked = row.Kind != AlertKind.Reminder || (mine is not null && reminders.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now));
        return new Facts(row, history, reminders, isAsked ? await rows.OfAsync(row.DateId, row.SubscriptionId, cancel) : []);
    }

    private sealed class Facts(LedgerRow row, IReadOnlyList<DateVersion> history, IReadOnlyList<DueReminder> reminders, IReadOnlyList<LedgerRow> neighbours) : ILookFacts
    {
        public DateVersion Current => history[^1];

        public IReadOnlyList<DateVersion> History => history;

        public IReadOnlyList<DueReminder> Reminders => reminders;

        public bool IsAtTheWire => neighbours.Any(other => other.State == DeliveryState.Sending && other.Entity.RowKey != row.Entity.RowKey);

        public int? Told => neighbours.Where(other => other.Revision < row.Revision && other.Log is not null).Max(other => (int?)other.Revision);

        public bool HasReminder(string lead) => neighbours.Any(other => other.Kind == AlertKind.Reminder && other.Revision == row.Revision && other.Lead == lead);
    }
}

/// <summary>A claim, with its row as it was claimed.</summary>
internal sealed record TableClaim(LedgerRow Row, Outgoing Message)
    : MessageClaim(Row.Name, Row.Lane, Row.Failures, Row.IsResent ? null : Row.Expires, Message)
{
    public int Number { get; } = Row.Number;
}
