namespace Alerts.App;

/// <summary>
/// What runs beside the web server. It begins when the store is open, and that is opened while the web server is put together: each takes as
/// long as the other. A request that comes before waits.
/// </summary>
internal sealed class ServiceLoops(IServiceProvider services, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly List<BackgroundService> loops = [];
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the store is open and every loop has started; faulted when that could not be.</summary>
    public Task Opened => opened.Task;

    /// <summary>Lets a request in, as a middleware.</summary>
    public Task AdmitAsync(HttpContext context, RequestDelegate next) => Opened.IsCompletedSuccessfully ? next(context) : WaitAsync(context, next);

    /// <summary>Waits for each of them, also when one has failed: what is under way is finished while there is still a store.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(loops.Select(loop => loop.StopAsync(cancellationToken)));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => RunAsync(stoppingToken), CancellationToken.None);

    private async Task WaitAsync(HttpContext context, RequestDelegate next)
    {
        using var inVain = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Opened.WaitAsync(inVain.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Opened.IsCompletedSuccessfully)
        {
            await next(context);
        }
        else
        {
            context.Abort(); // whoever started the process is told why
        }
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var loop in services.GetServices<BackgroundService>())
            {
                await loop.StartAsync(cancel);
                loops.Add(loop);
            }
        }
        catch (Exception e)
        {
            opened.SetException(e); // whoever started the process tells it
            return;
        }

        opened.SetResult();
        // Should one end by an error of ours, the host is told at once, not when the others have ended too.
        await await Task.WhenAny(loops.Select(Ended));
        await Task.WhenAll(loops.Select(Ended));
    }

    private static Task Ended(BackgroundService loop) => loop.ExecuteTask ?? Task.CompletedTask;
}
