namespace Alerts.Watch;

/// <summary>
/// In the Functions host, processes a change of a date right after the request that made it. If the process ends first,
/// the next watch run processes the change.
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
                // Keep the worker running. The watcher has recorded the failure; the change remains stored, and the
                // next watch run processes it.
            }
        }
    }

    private static async Task<bool> RaisedAsync(Task next, CancellationToken cancel)
    {
        await next.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancel.IsCancellationRequested;
    }
}
