using Alerts.Queue;
using Alerts.Senders;
using Alerts.Senders.Email;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Alerts.Tests.Queue;

/// <summary>Tests a channel's loop while the store is unavailable.</summary>
public sealed class ChannelLoopTests
{
    [Fact]
    public async Task A_failing_loop_waits_whatever_wakes_it_and_logs_one_line()
    {
        var turns = 0;
        var queue = new Mock<IQueue>();
        queue.Setup(one => one.NextAtAsync("email", null, It.IsAny<CancellationToken>()))
            .Callback(() => turns++).ThrowsAsync(new IOException("no space left"));
        var channel = new Mock<IChannel>();
        channel.Setup(one => one.Kind).Returns(new EmailKind());
        channel.Setup(one => one.Name).Returns("email");
        channel.Setup(one => one.MaxConcurrency).Returns(1);
        using var log = new LogLines();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var clock = new ServiceClock(TimeProvider.System);
        using var health = new ServiceHealth(clock, TimeProvider.System, logs.CreateLogger<ServiceHealth>());
        var signal = new ChangeSignal();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var loop = new ChannelLoop(
            channel.Object, queue.Object, clock, signal, health, NullLogger<ChannelLoop>.Instance);

        var running = Task.Run(() => loop.RunAsync(stopping.Token), TestContext.Current.CancellationToken);
        for (var i = 0; i < 200; i++)
        {
            signal.Raise();
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await stopping.CancelAsync();
        await running;

        // Runs after 0, 1, 3 and 7 s: even on the slowest machine far fewer than the signals.
        Assert.InRange(turns, 1, 6);
        Assert.Equal("Error store cannot be used: IOException: no space left", Assert.Single(log.All));
    }
}
