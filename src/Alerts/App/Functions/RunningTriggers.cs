using Alerts.Queue;

namespace Alerts.App.Functions;

/// <summary>
/// Runs the timer and queue functions and stops them with the process. Their token is cancelled when the
/// process is asked to stop; the process then waits, at most <see cref="ServeCommand.StopsWithin"/>, until they
/// have recorded their results.
/// </summary>
internal sealed class RunningTriggers(IHostApplicationLifetime lifetime, QueueMessageHandler handler) : IHostedService
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Number of running functions, plus one until the process is asked to stop.</summary>
    private int running = 1;

    /// <param name="cancel">The function's own token.</param>
    public async Task RunAsync(Func<CancellationToken, Task> function, CancellationToken cancel)
    {
        Interlocked.Increment(ref running);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
            await function(either.Token);
        }
        finally
        {
            End();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        End();
        await FinishAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FinishAsync()
    {
        await ended.Task;
        await handler.FinishAsync();
    }

    private void End()
    {
        if (Interlocked.Decrement(ref running) == 0)
        {
            ended.SetResult();
        }
    }
}
