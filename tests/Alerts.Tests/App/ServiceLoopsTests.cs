using Alerts.App;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Alerts.Tests.App;

public class ServiceLoopsTests
{
    private readonly ApplicationLifetime lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_waits_until_every_loop_has_started()
    {
        var first = new Loop();
        using var loops = Of(first);
        await loops.StartAsync(Cancel);
        var answered = loops.AdmitAsync(new DefaultHttpContext(), _ => Task.CompletedTask);
        await first.Asked.WaitAsync(Cancel);
        Assert.False(answered.IsCompleted);

        first.Started.SetResult();
        await answered.WaitAsync(Cancel);
        await loops.Opened.WaitAsync(Cancel);
        first.Ended.SetResult();
    }

    [Fact]
    public async Task A_request_that_waits_does_not_hold_up_a_stop()
    {
        var first = new Loop();
        using var loops = Of(first);
        await loops.StartAsync(Cancel);
        var waiting = loops.AdmitAsync(new DefaultHttpContext(), _ => throw new InvalidOperationException("let in"));
        await first.Asked.WaitAsync(Cancel);

        lifetime.StopApplication();
        await waiting.WaitAsync(Cancel);
        first.Started.SetResult();
        first.Ended.SetResult();
    }

    [Fact]
    public async Task A_stop_waits_for_every_loop_also_when_one_has_failed()
    {
        Loop[] both = [new(), new()];
        using var loops = Of(both);
        await loops.StartAsync(Cancel);
        foreach (var loop in both)
        {
            loop.Started.SetResult();
        }

        await loops.Opened.WaitAsync(Cancel);
        both[1].Ended.SetException(new InvalidOperationException("a bug of ours"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loops.ExecuteTask!.WaitAsync(Cancel));
        var stopped = loops.StopAsync(Cancel);
        Assert.False(stopped.IsCompleted);

        both[0].Ended.SetResult();
        await stopped.WaitAsync(Cancel);
    }

    [Fact]
    public async Task What_cannot_be_opened_is_told_to_whoever_started_it_and_no_request_comes_in()
    {
        var first = new Loop();
        using var loops = Of(first);
        await loops.StartAsync(Cancel);
        first.Started.SetException(new IOException("cannot use it"));

        Assert.Equal("cannot use it", (await Assert.ThrowsAsync<IOException>(() => loops.Opened.WaitAsync(Cancel))).Message);
        await loops.AdmitAsync(new DefaultHttpContext(), _ => throw new InvalidOperationException("let in"));
    }

    [Fact]
    public async Task A_loop_that_fails_is_told_while_the_others_go_on()
    {
        Loop[] both = [new(), new()];
        using var loops = Of(both);
        await loops.StartAsync(Cancel);
        foreach (var loop in both)
        {
            loop.Started.SetResult();
        }

        await loops.Opened.WaitAsync(Cancel);
        both[1].Ended.SetException(new InvalidOperationException("a bug of ours"));

        // What the host watches.
        await Assert.ThrowsAsync<InvalidOperationException>(() => loops.ExecuteTask!.WaitAsync(Cancel));
        both[0].Ended.SetResult();
    }

    private ServiceLoops Of(params Loop[] loops)
    {
        var services = new ServiceCollection();
        foreach (var loop in loops)
        {
            services.AddSingleton<BackgroundService>(loop);
        }

        return new ServiceLoops(services.BuildServiceProvider(), lifetime);
    }

    private sealed class Loop : BackgroundService
    {
        private readonly TaskCompletionSource asked = new();

        public Task Asked => asked.Task;

        public TaskCompletionSource Started { get; } = new();

        public TaskCompletionSource Ended { get; } = new();

        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            asked.SetResult();
            await Started.Task;
            await base.StartAsync(cancellationToken);
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Ended.Task;
    }
}
