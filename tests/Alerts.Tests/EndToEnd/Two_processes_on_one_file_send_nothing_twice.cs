using System.Text.Json.Nodes;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Two services share the work on one database, both on the real clock. When one of them dies, the other takes over its
/// claims.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Two_processes_on_one_file_send_nothing_twice
{
    /// <summary>
    /// Connections per process: fewer than there are alerts, so that one process cannot claim all of them.
    /// </summary>
    private const int ConnectionsEach = 4;

    /// <summary>Half of the subscribers ask for P7D, the others for a lead that falls due during this test.</summary>
    private const int Subscribers = 30;
    private const int Half = Subscribers / 2;

    [Fact]
    public async Task Each_alert_comes_once_and_what_a_dead_one_had_claimed_comes_from_the_other()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.ConsumeAsync;
        var most = ("Alerts__Webhooks__MaxConnections", FormattableString.Invariant($"{ConnectionsEach}"));
        await using var first = new AlertsService(folder.At("data"), most);
        await using var second = new AlertsService(folder.At("data"), most);
        await first.StartAsync(Cancel);
        var today = Instant.FromUnixTimeSeconds(first.Now.ToUnixTimeSeconds() / 60 * 60);
        var lunch = today + Duration.FromMinutes(10);
        var lead = FormattableString.Invariant($"PT{(long)(lunch - first.Now).TotalSeconds - 15}S");
        var subscriptions = new List<WebhookSubscription>();
        for (var i = 0; i < Subscribers; i++)
        {
            subscriptions.Add(
                await first.SubscribeWebhookAsync($"{receiver.Address}hook/{i}", [i < Half ? "P7D" : lead], Cancel));
        }

        await first.ActiveAsync(subscriptions, Cancel);
        await second.StartAsync(Cancel);

        // The lunch is due in the windows of both watchers and at short notice. The truce is due at short notice, then
        // corrected.
        await second.PutDateAsync("lunch", lunch, Cancel);
        await first.PutDateAsync("truce", today + Duration.FromDays(3), Cancel);
        await SettledAsync(second, subscriptions, Subscribers + Half);
        await first.PutDateAsync("truce", today + Duration.FromDays(2), Cancel);
        await SettledAsync(second, subscriptions, Subscribers + 2 * Half);

        Assert.Equal(Subscribers + 2 * Half, Keys(receiver).Count());
        Assert.Equal(Subscribers + 2 * Half, Keys(receiver).Distinct().Count());

        await TakesOverAsync(first, second, receiver, subscriptions, today + Duration.FromDays(4));
        Assert.Equal(0, await second.StopAsync(Cancel));
        var audit = await second.AuditAsync(Cancel);
        Assert.Equal((0, 0), ((int)audit["missing"]!, (int)audit["unexpected"]!));
    }

    private static async Task TakesOverAsync(
        AlertsService first,
        AlertsService second,
        WebhookReceiver receiver,
        List<WebhookSubscription> subscriptions,
        Instant moved)
    {
        // The receiver accepts alerts without answering until more are in progress than one process may have.
        var silent = new TaskCompletionSource();
        var underWay = 0;
        receiver.Answer = (context, _) =>
        {
            Interlocked.Increment(ref underWay);
            return silent.Task.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await first.PutDateAsync("truce", moved, Cancel);
        await Eventually.BecomesTrueAsync(
            "both processes are sending", () => Task.FromResult(Volatile.Read(ref underWay) > ConnectionsEach), Cancel);

        await first.KillAsync();
        silent.SetResult();
        await SettledAsync(second, subscriptions, Subscribers + 3 * Half);

        var repeats = Keys(receiver).CountBy(key => key).Where(key => key.Value > 1).ToList();
        Assert.Equal(Subscribers + 3 * Half, Keys(receiver).Distinct().Count());
        Assert.InRange(repeats.Count, 1, ConnectionsEach);
        Assert.All(repeats, key => Assert.Equal(2, key.Value));
    }

    /// <summary>Waits until that many alerts are delivered; on a time-out, reports the rows that are not.</summary>
    private static async Task SettledAsync(
        AlertsService service, List<WebhookSubscription> subscriptions, int delivered)
    {
        var rows = new List<JsonNode>();
        try
        {
            await Eventually.BecomesTrueAsync(
                $"{delivered} alerts are delivered",
                async () =>
                {
                    rows.Clear();
                    foreach (var subscription in subscriptions)
                    {
                        rows.AddRange(await service.DeliveriesAsync(subscription.Id, subscription.ManageToken, Cancel));
                    }

                    return rows.Count(IsDelivered) >= delivered;
                },
                Cancel);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"{e.Message} Of {rows.Count} rows these are not: "
                + string.Join("; ", rows.Where(row => !IsDelivered(row)).Select(row => row.ToJsonString())),
                e);
        }
    }

    private static bool IsDelivered(JsonNode row) => (string)row["state"]! == "delivered";

    private static IEnumerable<string> Keys(WebhookReceiver receiver) =>
        receiver
            .Received.Select(webhook => webhook.Headers["webhook-id"])
            .Where(id => id.StartsWith("al_", StringComparison.Ordinal));
}
