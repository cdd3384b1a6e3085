namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A consumer that uses the npm library <c>standardwebhooks</c> accepts every delivery: before, during and after a
/// secret rotation.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_published_library_verifies_every_webhook
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    [Fact]
    public async Task With_the_secret_with_both_during_an_overlap_and_with_the_new_one_after_it()
    {
        using var folder = new TemporaryFolder();
        using var receiver = await NodeWebhookReceiver.StartAsync();
        await using var service = new AlertsService(folder.At("data"));
        // The first verification comes before the receiver knows the secret; at this speed it is retried at once.
        await service.StartAsync(Start, speed: 60, Cancel);
        var subscription = await service.SubscribeWebhookAsync(receiver.Url, ["P7D"], Cancel);
        await receiver.AddSecretAsync(subscription.Secret);
        await service.ActiveAsync([subscription], Cancel);
        await VerifiedAsync(receiver, "webhook.verification", "0");

        // Each step causes a delivery at once: the date is added at short notice, moved and cancelled, and the owner
        // sends a test.
        await service.PutDateAsync("truce", Start + Duration.FromDays(2), Cancel);
        await VerifiedAsync(receiver, "deadline.reminder", "0");
        await service.PutDateAsync("truce", Start + Duration.FromDays(3), Cancel, title: "Zölle – 100 % 🌍");
        await VerifiedAsync(receiver, "deadline.rescheduled", "0");

        var rotated = await service.CallAsync(
            HttpMethod.Post,
            $"/api/subscriptions/{subscription.Id}/rotate-secret",
            Cancel,
            token: subscription.ManageToken);
        await receiver.AddSecretAsync((string)rotated!["secret"]!);
        await service.CallAsync(
            HttpMethod.Post, $"/api/subscriptions/{subscription.Id}/test", Cancel, token: subscription.ManageToken);
        await VerifiedAsync(receiver, "webhook.test", "0 1");
        await service.PutDateAsync("truce", Start + Duration.FromDays(3), Cancel, status: "cancelled");
        await VerifiedAsync(receiver, "deadline.cancelled", "0 1");

        var rotatedAt = service.Now;
        Assert.Equal(0, await service.StopAsync(Cancel));
        await service.StartAsync(rotatedAt + Duration.FromHours(24), speed: 60, Cancel);
        await service.PutDateAsync("truce", Start + Duration.FromDays(4), Cancel);
        await VerifiedAsync(receiver, "deadline.rescheduled", "1");
    }

    /// <summary>
    /// Asserts that the next delivery has this type and verifies with exactly these secrets, numbered in the order in
    /// which the receiver learnt them.
    /// </summary>
    private static async Task VerifiedAsync(NodeWebhookReceiver receiver, string type, string by)
    {
        var verdict = await receiver.NextAsync();
        Assert.True(verdict.Ok, verdict.Error);
        Assert.Equal(type, verdict.Type);
        Assert.Equal(by, verdict.By);
    }
}
