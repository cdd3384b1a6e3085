using System.Globalization;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

/// <summary>Tests recovery of a lost link to a subscription: <c>/manage</c>.</summary>
public sealed class LostLinkFacts
{
    [Fact]
    public async Task The_links_come_by_mail_and_open_the_subscriptions()
    {
        await using var service = await TestService.StartAsync();
        var active = await service.SubscribeEmailAsync();
        await service.Get<ISubscriptions>().ConfirmAsync(active.Id, CancellationToken.None);
        await AskAsync(service, "reader@example.com");
        var sent = Assert.IsType<SystemNotification>(
            Assert.Single(await service.Settle("email", new Delivered(250, "ok"))));

        Assert.Equal(
            (ServiceMessage.ManageLink, active.Id, "reader@example.com"),
            (sent.Message, sent.Subscription.Id, sent.To));
        Assert.Equal(
            200,
            (
                await service.GetAsync("/manage/" + service.Get<Tokens>().Make(TokenPurpose.Manage, sent.Subscription))
            ).Status);
    }

    [Fact]
    public async Task The_answer_does_not_tell_who_is_known()
    {
        await using var service = await TestService.StartAsync();
        var known = await service.SubscribeEmailAsync("known@example.com");
        var ended = await service.SubscribeEmailAsync("ended@example.com");
        await service.Get<ISubscriptions>().ConfirmAsync(known.Id, CancellationToken.None);
        await service.Get<ISubscriptions>().EndAsync(ended.Id, CancellationToken.None);

        var answers = new List<Reply>();
        foreach (var name in (string[])["known", "ended", "other"])
        {
            answers.Add(await AskAsync(service, name + "@example.com"));
        }

        Assert.All(answers, answer => Assert.Equal((200, answers[0].Text), (answer.Status, answer.Text)));
        Assert.All(answers, answer => Assert.Equal(answers[0].Headers.Keys.Order(), answer.Headers.Keys.Order()));
        Assert.DoesNotContain("example.com", answers[0].Text, StringComparison.Ordinal);
        Assert.Equal("known@example.com", Assert.Single(await service.Settle("email", new Delivered(250, "ok"))).To);
    }

    [Fact]
    public async Task What_is_no_address_is_shown_again_with_what_is_wrong()
    {
        await using var service = await TestService.StartAsync();
        var answer = await AskAsync(service, "<b>nobody");

        Assert.Equal(400, answer.Status);
        Assert.Contains("value=\"&lt;b&gt;nobody\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/manage")]
    [InlineData("HEAD", "/manage")]
    [InlineData("GET", "/manage?address=reader@example.com")]
    public async Task Opening_the_page_sends_nothing(string method, string path)
    {
        await using var service = await TestService.StartAsync();
        var active = await service.SubscribeEmailAsync();
        await service.Get<ISubscriptions>().ConfirmAsync(active.Id, CancellationToken.None);

        Assert.Equal(200, (await service.SendAsync(new HttpMethod(method), path)).Status);
        Assert.Empty(await service.Settle("email", new Delivered(250, "ok")));
    }

    [Fact]
    public async Task A_mailbox_is_not_flooded_from_one_client_nor_from_many()
    {
        await using var service = await TestService.StartAsync();
        var active = await service.SubscribeEmailAsync();
        await service.Get<ISubscriptions>().ConfirmAsync(active.Id, CancellationToken.None);
        var answers = new List<Reply>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await AskAsync(service, "reader@example.com", "203.0.113.7"));
        }

        Assert.Equal([200, 200, 200, 429], answers.Select(answer => answer.Status));
        Assert.InRange(int.Parse(answers[3].Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 3600);
        Assert.Contains("Too many requests", answers[3].Text, StringComparison.Ordinal);

        // Another client gets the same response as everyone, and the mailbox gets no further mail.
        var other = await AskAsync(service, "READER@example.com", "203.0.113.8");
        Assert.Equal((200, answers[0].Text), (other.Status, other.Text));
        Assert.InRange((await service.Settle("email", new Delivered(250, "ok"))).Count, 1, 3);
        Assert.Equal(200, (await AskAsync(service, "other@example.com", "203.0.113.7")).Status);
    }

    /// <param name="client">The client as the proxy on this machine names it; null for this machine itself.</param>
    private static async Task<Reply> AskAsync(TestService service, string address, string? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/manage")
        {
            Content = new FormUrlEncodedContent([new("address", address)]),
        };
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        using var response = await service.Client.SendAsync(request);
        return await Reply.OfAsync(response);
    }
}
