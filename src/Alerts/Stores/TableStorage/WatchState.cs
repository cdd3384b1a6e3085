using Alerts.Watch;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>The watcher's progress, in one entity.</summary>
internal sealed class WatchState(Tables tables, RecordingOrder order)
{
    private const string Partition = "watch";
    private const string Row = "state";

    /// <summary>The end of the furthest window that a run has begun to process; null before the first run.</summary>
    public async Task<Instant?> HorizonAsync(CancellationToken cancel) =>
        (await tables.State.FindAsync(Partition, Row, cancel))?.InstantOrNull("Horizon");

    public async Task<WatchRun?> LastRunAsync(CancellationToken cancel) =>
        await tables.State.FindAsync(Partition, Row, cancel) is { } state
        && state.InstantOrNull("StartedAt") is { } started && state.InstantOrNull("To") is { } to
            ? new WatchRun(started, to) : null;

    public Task BeginAsync(Instant to, CancellationToken cancel) => ChangeAsync(
        state =>
        {
            state["Horizon"] = Instant.Max(to, state.InstantOrNull("Horizon") ?? to).ToUnixTimeMilliseconds();
            // Saved with each run, so that the order continues from here on a machine whose clock was set back.
            order.Observe(state.GetInt64("Order"));
            state["Order"] = order.Next();
        },
        cancel);

    public Task FinishAsync(WatchRun run, CancellationToken cancel) => ChangeAsync(
        state =>
        {
            state["StartedAt"] = run.StartedAt.ToUnixTimeMilliseconds();
            state["To"] = run.To.ToUnixTimeMilliseconds();
        },
        cancel);

    private async Task ChangeAsync(Action<TableEntity> change, CancellationToken cancel)
    {
        for (var done = false; !done;)
        {
            var found = await tables.State.FindAsync(Partition, Row, cancel);
            var state = found ?? new TableEntity(Partition, Row);
            change(state);
            done = await tables.State.TryWriteAsync(state, isNew: found is null, cancel);
        }
    }
}
