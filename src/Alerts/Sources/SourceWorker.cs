using Alerts.Core;

namespace Alerts.Sources;

/// <summary>Reads sources as they fall due, in a stand-alone service.</summary>
internal sealed class SourceWorker(SourceReads reads, ServiceClock clock, ChangeSignal signal, ServiceHealth health)
    : BackgroundService
{
    /// <summary>
    /// Upper bound on how long a source that another process added or asked for goes unnoticed; real time.
    /// </summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromSeconds(5);

    /// <summary>A fast clock or many changes do not make it look more often; real time.</summary>
    private static readonly TimeSpan LookAtMostEvery = TimeSpan.FromMilliseconds(100);

    private readonly PartHealth turns = health.Worker("sources");

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None);

    private async Task WorkAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var next = signal.Next;
            var wait = LookAtLeastEvery;
            try
            {
                await turns.ObserveAsync(() => reads.ReadDueAsync(cancel), cancel);
                wait = await reads.NextAtAsync(cancel) is { } at ? clock.RealTimeUntil(at, LookAtLeastEvery) : wait;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                wait = turns.Pause; // the worker's edge, noted above: it tries again
            }

            await Task.Delay(LookAtMostEvery, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ChangeSignal.Wait(next, wait, cancel);
        }
    }
}
