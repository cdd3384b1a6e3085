namespace Alerts.Tests.EndToEnd;

/// <summary>Stops the executable while an endpoint is still processing a request.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_stop_waits_for_what_is_at_the_wire
{
    /// <summary>Longer than the two seconds that the command-line library gives a process to stop by default.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Number of quick stops. Before the bug was fixed, the signal itself killed the process in one of four.
    /// </summary>
    private const int Starts = 15;

    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    [Fact]
    public async Task It_is_answered_and_marked_and_not_sent_again()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.ConsumeAsync;
        await using var service = new AlertsService(folder.At("data"));
        await service.StartAsync(Start, 60, Cancel);
        var hook = await service.SubscribeWebhookAsync(receiver.Address.ToString(), ["PT0S"], Cancel);
        await service.ActiveAsync([hook], Cancel);
        var came = new TaskCompletionSource();
        var alerts = 0;
        receiver.Answer = async (_, _) =>
        {
            Interlocked.Increment(ref alerts);
            came.TrySetResult();
            await Task.Delay(Slow, Cancel); // a slow endpoint
        };
        await service.PutDateAsync("date", Start + Duration.FromMinutes(10), Cancel);
        await came.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.Equal(0, await service.StopAsync(Cancel));

        await service.StartAsync(Start + Duration.FromMinutes(40), 60, Cancel);
        Assert.Equal(
            "delivered",
            (string?)Assert.Single(await service.DeliveriesAsync(hook.Id, hook.ManageToken, Cancel))["state"]);
        Assert.Equal(1, alerts);
    }
    [Fact]
    public async Task A_stop_right_after_the_start_ends_in_order_too()
    {
        using var folder = new TemporaryFolder();
        await using var service = new AlertsService(folder.At("data"));
        for (var start = 0; start < Starts; start++)
        {
            await service.StartAsync(Cancel);
            Assert.Equal(0, await service.StopAsync(Cancel));
        }
    }
}
