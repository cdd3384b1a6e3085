using Alerts.Watch;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>The watcher's progress, in one entity.</summary>
internal sealed class WatchState(Tables tables, RecordingOrder order)
{
    private const string Partition = "watch";
    private const string Row = "state";

    /// <summary>The end of the furthest window that a run has begun to process; null before the first run.</summary>
    public async Task<Instant?> HorizonAsync(CancellationToken cancel) => (await FindAsync(cancel))?.Horizon;

    public async Task<WatchRun?> LastRunAsync(CancellationToken cancel) => (await FindAsync(cancel))?.LastRun;

    public Task BeginAsync(Instant to, CancellationToken cancel) => ChangeAsync(
        progress =>
        {
            progress.Horizon = Instant.Max(to, progress.Horizon ?? to);
            // Saved with each run, so that the order continues from here on a machine whose clock was set back.
            order.Observe(progress.Order);
            progress.Order = order.Next();
        },
        cancel);

    public Task FinishAsync(WatchRun run, CancellationToken cancel) =>
        ChangeAsync(progress => progress.LastRun = run, cancel);

    private async Task<Progress?> FindAsync(CancellationToken cancel) =>
        await tables.State.FindAsync(Partition, Row, cancel) is { } entity ? new Progress(entity) : null;

    private async Task ChangeAsync(Action<Progress> change, CancellationToken cancel)
    {
        for (var done = false; !done;)
        {
            var found = await FindAsync(cancel);
            var progress = found ?? new Progress(new TableEntity(Partition, Row));
            change(progress);
            done = await tables.State.TryWriteAsync(progress.Entity, isNew: found is null, cancel);
        }
    }

    private sealed class Progress(TableEntity entity)
    {
        public TableEntity Entity => entity;

        public Instant? Horizon
        {
            get => entity.InstantOrNull("Horizon");
            set => entity.SetInstant("Horizon", value);
        }

        public long? Order
        {
            get => entity.GetInt64("Order");
            set => entity["Order"] = value;
        }

        public WatchRun? LastRun
        {
            get => entity.InstantOrNull("StartedAt") is { } started && entity.InstantOrNull("To") is { } to
                ? new WatchRun(started, to) : null;
            set
            {
                entity.SetInstant("StartedAt", value?.StartedAt);
                entity.SetInstant("To", value?.To);
            }
        }
    }
}
