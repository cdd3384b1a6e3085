using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

/// <summary>What the pages say about a subscription that has ended, or no longer.</summary>
public sealed class EndedPagesFacts
{
    [Fact]
    public async Task A_request_that_lapsed_says_that_it_was_not_confirmed_in_time()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromDays(7));
        await service.Get<ISubscriptions>().PurgeExpiredAsync(Cancel);

        foreach (var path in (string[])
            [
                "/manage/" + service.Get<Tokens>().Make(TokenPurpose.Manage, subscription),
                "/unsubscribe/" + service.Get<Tokens>().Make(TokenPurpose.Unsubscribe, subscription),
            ])
        {
            Assert.Contains(
                "The request was not confirmed within 7 days, so it has ended.",
                (await service.GetAsync(path)).Text,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task After_undoing_the_end_the_page_leads_to_the_subscription()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        await service.Get<ISubscriptions>().ConfirmAsync(subscription.Id, Cancel);
        var unsubscribe = "/unsubscribe/" + service.Get<Tokens>().Make(TokenPurpose.Unsubscribe, subscription);
        Assert.Contains("Undo", (await service.PostAsync(unsubscribe)).Text, StringComparison.Ordinal);

        var undone = await service.PostAsync(unsubscribe + "/undo");

        Assert.Equal(200, undone.Status);
        Assert.Contains(
            $"href=\"../../manage/{service.Get<Tokens>().Make(TokenPurpose.Manage, subscription)}\"", undone.Text,
            StringComparison.Ordinal);
    }
}
