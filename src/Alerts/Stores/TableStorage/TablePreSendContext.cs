using System.Collections.Concurrent;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>The facts that the pre-send check of a row needs, from its date and the ledger.</summary>
/// <param name="neighbours">The subscription's rows of the same date; empty if the check does not need them.</param>
internal sealed class TablePreSendContext(LedgerRow row, IReadOnlyList<DateVersion> history,
    IReadOnlyList<DueReminder> leads, IReadOnlyList<LedgerRow> neighbours) : IPreSendContext
{
    public DateVersion Current => history[^1];

    public IReadOnlyList<DateVersion> History => history;

    public IReadOnlyList<DueReminder> Leads => leads;

    public bool IsBeingSent =>
        neighbours.Any(other => other.State == DeliveryState.Sending && other.Entity.RowKey != row.Entity.RowKey);

    /// <summary>The rows being sent whose lease has expired without a result.</summary>
    /// <param name="real">Real time, by which leases are measured.</param>
    public IEnumerable<LedgerRow> Abandoned(DateTimeOffset real) =>
        neighbours.Where(other => other.State == DeliveryState.Sending && other.IsFree(real));

    public IEnumerable<NotificationRow> Notifications =>
        neighbours.Where(other => other.WasAttempted).Select(other => other.Notification);

    public IReadOnlyList<SiblingReminder> Siblings => [.. neighbours
        .Where(other => other.Kind == AlertKind.Reminder && other.Revision == row.Revision && other.Lead != row.Lead)
        .Select(other => new SiblingReminder(other.Lead, other.DueAt, other.State))];

    public static async Task<TablePreSendContext> OfAsync(
        LedgerRow row, Subscription subscription, DateReads read, LedgerWriter rows, Instant now,
        CancellationToken cancel)
    {
        switch (row.Kind)
        {
            case AlertKind.Service:
                return new TablePreSendContext(row, [], [], []);
            case AlertKind.Reminder:
                var history = await read.CurrentAsync(row.DateId);
                var leads = Owed.Leads(history[^1], subscription.Preferences);
                // One more read per reminder would add a third to all operations, so the neighbours are read only
                // when they matter.
                var needsNeighbours = subscription.IsEdited
                    || (leads.FirstOrDefault(due => due.Lead.Text == row.Lead) is { } mine
                    && leads.Any(other => (other.DueAt > mine.DueAt && other.DueAt <= now)
                        || SharedInstant.IsBefore(other, mine)));
                return new TablePreSendContext(row, history, leads, needsNeighbours
                    ? await rows.OfAsync(row.DateId, row.SubscriptionId, cancel) : []);
            default:
                return new TablePreSendContext(
                    row, await read.HistoryAsync(row.DateId), [],
                    await rows.OfAsync(row.DateId, row.SubscriptionId, cancel));
        }
    }
}

/// <summary>Reads dates for one round of work, each once even if several tasks ask at the same time.</summary>
internal sealed class DateReads(TableDates dates, CancellationToken cancel)
{
    private readonly ConcurrentDictionary<(string Id, bool IsWhole), Lazy<Task<IReadOnlyList<DateVersion>>>> reads = [];

    /// <summary>Reads the newest version only.</summary>
    public Task<IReadOnlyList<DateVersion>> CurrentAsync(string id) => ReadAsync(id, isWhole: false);

    /// <summary>Reads all versions, oldest first.</summary>
    public Task<IReadOnlyList<DateVersion>> HistoryAsync(string id) => ReadAsync(id, isWhole: true);

    private Task<IReadOnlyList<DateVersion>> ReadAsync(string id, bool isWhole) =>
        reads.GetOrAdd((id, isWhole), _ => new(() => FindAsync(id, isWhole))).Value;

    private async Task<IReadOnlyList<DateVersion>> FindAsync(string id, bool isWhole)
    {
        var found = isWhole ? await dates.HistoryAsync(id, cancel)
            : await dates.FindAsync(id, cancel) is { } current ? [current] : null;
        return found ?? throw new InvalidOperationException($"The ledger names date {id}, which does not exist.");
    }
}
