using Alerts.Due;

namespace Alerts.App.Functions;

/// <summary>
/// Under the Functions host a change of a date is followed by the process that took it, right after its answer; whatever ends that process
/// before, the next watch run follows it instead.
/// </summary>
internal sealed class DateChangeWorker(Watcher watcher, ChangeSignal signal) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var next = signal.Next; await RaisedAsync(next, stoppingToken);)
        {
            next = signal.Next;
            try
            {
                await watcher.FollowChangesAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The worker's edge, noted by the watcher: the change stays recorded, and the next watch run follows
                // it.
            }
        }
    }

    private static async Task<bool> RaisedAsync(Task next, CancellationToken cancel)
    {
        await next.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancel.IsCancellationRequested;
    }
}
