using System.Collections.Concurrent;
using Alerts.Due;
using Alerts.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alerts.Tests.Queue;

/// <summary>A handler of queue messages over a fake store and fake channels.</summary>
public abstract class QueueHandlerTest
{
    internal static readonly ServiceClock Clock = new(
        TimeProvider.System, Instant.FromUtc(2026, 11, 10, 9, 0), speed: 0);

    /// <summary>Maximum number of attempts at endpoints at once.</summary>
    internal const int MaxConcurrency = 64;

    internal FakeStore Store { get; } = new();

    internal FakeChannel Webhook { get; } = new("webhook", 4);

    internal FakeChannel Email { get; } = new("email", 1000);

    internal ConcurrentQueue<AlertMessage> Posted { get; } = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Task CallsAsync(int count) => Eventually.BecomesTrueAsync(
        $"{count} attempts are under way", () => Task.FromResult(Webhook.Calls.Count == count), Cancel);

    internal static AlertMessage Message(string channel, int size, long destination = 1)
    {
        var names = Enumerable.Range(0, size)
            .Select(i => new LedgerName($"sub_{destination}_{i}", "date", 1, AlertKind.Reminder, "P1D"));
        return new AlertMessage(channel, destination, [.. names], 1, Clock.Now);
    }

    internal static ClaimResult ClaimOf(ClaimRequest request) =>
        new(new FakeClaim(new FakeOutbound(request.Alert.Key)), null);

    internal QueueMessageHandler Handler(TimeSpan? patience = null, ServiceClock? clock = null) => new(
        [Webhook, Email], Store, new Posts(Posted), clock ?? Clock,
        new ServiceHealth(Clock, TimeProvider.System, NullLogger<ServiceHealth>.Instance),
        NullLogger<QueueMessageHandler>.Instance, new QueueHandlerOptions(patience ?? TimeSpan.FromSeconds(30)));
}
