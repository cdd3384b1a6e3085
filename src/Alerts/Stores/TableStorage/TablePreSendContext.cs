using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>What a last look at a row may ask of its date and of the ledger.</summary>
/// <param name="neighbours">The subscription's rows of the same date; empty when the look has no use for them.</param>
internal sealed class TablePreSendContext(LedgerRow row, IReadOnlyList<DateVersion> history, IReadOnlyList<DueReminder> reminders, IReadOnlyList<LedgerRow> neighbours) : IPreSendContext
{
    public DateVersion Current => history[^1];

    public IReadOnlyList<DateVersion> History => history;

    public IReadOnlyList<DueReminder> Reminders => reminders;

    public bool IsAtTheWire => neighbours.Any(other => other.State == DeliveryState.Sending && other.Entity.RowKey != row.Entity.RowKey);

    public int? Told => neighbours.Where(other => other.Revision < row.Revision && other.Log is not null).Max(other => (int?)other.Revision);

    public static async Task<TablePreSendContext> OfAsync(LedgerRow row, Preferences preferences, DateReads read, LedgerWriter rows, Instant now, CancellationToken cancel)
    {
        switch (row.Kind)
        {
            case AlertKind.Service:
                return new TablePreSendContext(row, [], [], []);
            case AlertKind.Reminder:
                var history = await read.CurrentAsync(row.DateId);
                var reminders = Owed.Reminders(history[^1], preferences);
                // It asks for its neighbours only when a nearer one has fallen due.
                var isOvertaken = reminders.FirstOrDefault(due => due.Lead.Text == row.Lead) is { } mine && reminders.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now);
                return new TablePreSendContext(row, history, reminders, isOvertaken ? await rows.OfAsync(row.DateId, row.SubscriptionId, cancel) : []);
            default:
                return new TablePreSendContext(row, await read.HistoryAsync(row.DateId), [], await rows.OfAsync(row.DateId, row.SubscriptionId, cancel));
        }
    }

    public bool HasReminder(string lead) => neighbours.Any(other => other.Kind == AlertKind.Reminder && other.Revision == row.Revision && other.Lead == lead);
}
