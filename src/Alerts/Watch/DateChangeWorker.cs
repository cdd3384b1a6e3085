using Alerts.Core;

namespace Alerts.Watch;

/// <summary>
/// Under the Functions host, follows a change of a date right after the request that made it. A change whose process
/// ends before
/// is followed by the next watch run.
/// </summary>
internal sealed class DateChangeWorker(Watcher watcher, ChangeSignal signal) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var next = signal.Next;
        while (await RaisedAsync(next, stoppingToken))
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
