namespace Alerts.Tests.Web;

/// <summary>Requests that change the same thing at once: none undoes another that was answered with 200.</summary>
public sealed class ConcurrentRequestFacts
{
    [Fact]
    public async Task Patches_of_different_members_at_once_all_hold()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        for (var round = 0; round < 10; round++)
        {
            var hour = FormattableString.Invariant($"07:0{round}");
            var lead = FormattableString.Invariant($"P{round + 2}D");
            var topic = FormattableString.Invariant($"topic-{round}");
            string[] patches =
                [$$"""{"at":"{{hour}}"}""", $$"""{"leads":["{{lead}}"]}""", $$"""{"topics":["{{topic}}"]}"""];

            var answers = await Task.WhenAll(patches.Select(patch => Task.Run(() =>
                service.SendAsync(HttpMethod.Patch, $"/api/subscriptions/{id}", patch, token))));

            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
            var now = (await service.GetAsync($"/api/subscriptions/{id}", token)).Json;
            Assert.Equal(
                (hour, lead, topic),
                (now.GetProperty("at").GetString(), now.GetProperty("leads")[0].GetString(),
                    now.GetProperty("topics")[0].GetString()));
        }
    }
}
