namespace Alerts.Sources;

/// <summary>Reads sources when they are due, in a stand-alone service.</summary>
internal sealed class SourceWorker(DueReads due, ServiceClock clock, ChangeSignal signal, ServiceHealth health)
    : BackgroundService
{
    /// <summary>
    /// Upper bound on how long it goes unnoticed that another process added a source or requested a read; real time.
    /// </summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromSeconds(5);

    /// <summary>Minimum time between two checks, even with a fast service clock or many changes; real time.</summary>
    private static readonly TimeSpan LookAtMostEvery = TimeSpan.FromMilliseconds(100);

    private readonly PartHealth turns = health.Worker("sources");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None);

    private async Task WorkAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var raised = signal.Next;
            var wait = LookAtLeastEvery;
            try
            {
                await turns.ObserveAsync(
                    async () =>
                    {
                        if (await due.LookAsync(cancel) is { } next)
                        {
                            wait = clock.RealTimeUntil(next, LookAtLeastEvery);
                        }
                    },
                    cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                wait = turns.Pause; // worker boundary: ObserveAsync has reported it; try again
            }

            var shortest = Task.Delay(LookAtMostEvery, cancel);
            var pause = ChangeSignal.Wait(raised, wait, cancel);
            await (due.IsReading ? due.ReadUntilAsync(Task.WhenAll(shortest, pause), cancel) : pause);
            await shortest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await due.FinishAsync();
    }
}
