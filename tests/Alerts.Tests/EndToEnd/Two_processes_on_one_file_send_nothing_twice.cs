using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>Two services over one database share the work, and one takes over what the other had claimed when it died.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Two_processes_on_one_file_send_nothing_twice
{
    /// <summary>The product's bound of requests under way per host and process.</summary>
    private const int SlotsPerHost = 4;

    private const int Subscribers = 30;

    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_alert_comes_once_and_what_a_dead_one_had_claimed_comes_from_the_other()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.ConsumeAsync;
        await using var first = new AlertsService(folder.At("data"));
        await using var second = new AlertsService(folder.At("data"));
        await first.StartAsync(Start, speed: 20, Cancel);
        var subscriptions = new List<WebhookSubscription>();
        for (var i = 0; i < Subscribers; i++)
        {
            subscriptions.Add(await first.SubscribeWebhookAsync($"{receiver.Address}hook/{i}", ["P7D", "PT1M"], Cancel));
        }

        await first.ActiveAsync(subscriptions, Cancel);
        await second.StartAsync(first.Now, speed: 20, Cancel);

        // At short notice through one, due in both watchers' windows through the other, a correction through the first again.
        await first.PutDateAsync("truce", Start + Duration.FromDays(3), Cancel);
        await second.PutDateAsync("lunch", second.Now + Duration.FromMinutes(3), Cancel);
        await SettledAsync(second, subscriptions, 3 * Subscribers);
        await first.PutDateAsync("truce", Start + Duration.FromDays(2), Cancel);
        await SettledAsync(second, subscriptions, 4 * Subscribers);

        Assert.Equal(4 * Subscribers, Keys(receiver).Count());
        Assert.Equal(4 * Subscribers, Keys(receiver).Distinct().Count());

        await TakesOverAsync(first, second, receiver, subscriptions);
        Assert.Equal(0, await second.StopAsync(Cancel));
        var audit = await second.AuditAsync(Cancel);
        Assert.Equal((0, 0), ((int)audit["missing"]!, (int)audit["unexpected"]!));
    }

    private static async Task TakesOverAsync(AlertsService first, AlertsService second, WebhookReceiver receiver, List<WebhookSubscription> subscriptions)
    {
        // The receiver takes alerts and keeps silent, until each process has all the requests under way that it may have.
        var silent = new TaskCompletionSource();
        var underWay = 0;
        receiver.Answer = (context, _) =>
        {
            Interlocked.Increment(ref underWay);
            return silent.Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await first.PutDateAsync("truce", Start + Duration.FromDays(4), Cancel);
        await Eventually.BecomesTrueAsync("both processes are sending", () => Task.FromResult(Volatile.Read(ref underWay) == 2 * SlotsPerHost), Cancel);

        await first.KillAsync();
        silent.SetResult();
        await SettledAsync(second, subscriptions, 5 * Subscribers);

        var repeats = Keys(receiver).CountBy(key => key).Where(key => key.Value > 1).ToList();
        Assert.Equal(5 * Subscribers, Keys(receiver).Distinct().Count());
        Assert.InRange(repeats.Count, 1, SlotsPerHost);
        Assert.All(repeats, key => Assert.Equal(2, key.Value));
    }

    private static Task SettledAsync(AlertsService service, List<WebhookSubscription> subscriptions, int delivered) => Eventually.BecomesTrueAsync(
        $"{delivered} alerts are delivered",
        async () =>
        {
            var count = 0;
            foreach (var subscription in subscriptions)
            {
                count += (await service.DeliveriesAsync(subscription.Id, subscription.ManageToken, Cancel)).Count(row => (string)row["state"]! == "delivered");
            }

            return count >= delivered;
        },
        Cancel);

    private static IEnumerable<string> Keys(WebhookReceiver receiver) =>
        receiver.Received.Select(webhook => webhook.Headers["webhook-id"]).Where(id => id.StartsWith("al_", StringComparison.Ordinal));
}
