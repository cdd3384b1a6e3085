namespace Alerts.App.Functions;

/// <summary>
/// What runs beside the host's calls. It begins when the store is open, and that is opened while the process listens already: the host
/// waits for an answer before it hands over the request that woke it, and the calls to Azure take as long as the rest of the start.
/// </summary>
internal sealed class FunctionsLoops(IServiceProvider services) : BackgroundService
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the store is open; faulted when it cannot be opened.</summary>
    public Task Opened => opened.Task;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => RunAsync(stoppingToken), CancellationToken.None);

    private async Task RunAsync(CancellationToken cancel)
    {
        BackgroundService[] loops;
        try
        {
            loops = [services.GetRequiredService<ChangesLoop>(), services.GetRequiredService<SenderLoops>()];
        }
        catch (Exception e)
        {
            opened.SetException(e); // whoever started the process tells it
            return;
        }

        opened.SetResult();
        foreach (var loop in loops)
        {
            await loop.StartAsync(cancel);
        }

        // Should one end by an error of ours, the host is told at once, not when the other has ended too.
        await await Task.WhenAny(loops.Select(loop => loop.ExecuteTask ?? Task.CompletedTask));
        await Task.WhenAll(loops.Select(loop => loop.ExecuteTask ?? Task.CompletedTask));
    }
}
