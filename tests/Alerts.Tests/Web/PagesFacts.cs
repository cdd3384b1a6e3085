using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Web;

namespace Alerts.Tests.Web;

public sealed class PagesFacts
{
    private const string Hostile = "<script>alert(1)</script> & \\\"co\\\"";

    [Fact]
    public async Task The_front_page_shows_what_is_ahead_before_what_has_passed()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("far", "2026-11-10");
        await service.AddDateAsync("near", "2025-10-26", "00:01");
        await service.AddDateAsync("gone", "2025-10-20");
        await service.PutDateAsync(
            "maybe",
            """{"title":"Perhaps","when":{"date":"2025-12-01","timeZone":"Asia/Tokyo"},"status":"tentative"}""");
        await service.PostAsync("/api/dates/far/cancel", bearer: TestService.AdminKey);
        var page = await service.GetAsync("/");

        Assert.Equal((200, "text/html"), (page.Status, page.Type));
        var order = new[] { "The near", "Perhaps", "The far", "1 past date", "The gone" }
            .Select(text => page.Text.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
        Assert.Contains("In 2 days", page.Text, StringComparison.Ordinal);
        Assert.Contains("tentative", page.Text, StringComparison.Ordinal);
        Assert.Contains("cancelled", page.Text, StringComparison.Ordinal);
        // The start of 1 December in Tokyo.
        Assert.Contains("30 Nov 2025, 15:00 UTC", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"./dates/near\"", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-10", "\"2025-09-24\"", null)] // checked 30 days ago
    [InlineData("2025-11-10", "\"2025-09-23\"", "We have not verified this date lately. Check the source.")]
    [InlineData("2025-11-10", "null", "We have not verified this date lately. Check the source.")]
    [InlineData("2025-10-20", "null", null)] // over: its check no longer matters
    public async Task A_date_ahead_that_nobody_has_checked_for_30_days_says_so(
        string on, string checkedOn, string? said)
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync(
            "truce",
            $$$"""{"title":"Truce","when":{"date":"{{{on}}}","timeZone":"UTC"},"checkedOn":{{{checkedOn}}}}""");
        var page = (await service.GetAsync("/dates/truce")).Text;
        Assert.Contains(said ?? "", page, StringComparison.Ordinal);
        Assert.Equal(said is not null, page.Contains("not verified", StringComparison.Ordinal));
        Assert.DoesNotContain("not verified", (await service.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/dates/trap")]
    public async Task A_hostile_title_stays_text(string path)
    {
        await using var service = await TestService.StartAsync();
        var put = await service.PutDateAsync(
            "trap",
            $$"""
            {"title":"{{Hostile}}","summary":"{{Hostile}}","when":{"date":"2025-11-10","timeZone":"UTC"},
            "reason":"{{Hostile}}","source":"https://example.com/\"><script>"}
            """);
        Assert.Equal(201, put.Status);
        var page = await service.GetAsync(path);
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("<script>", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;co&quot;", page.Text, StringComparison.Ordinal);
        Assert.Equal(SecurityHeaders.ContentSecurityPolicy, page.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
    }

    [Fact]
    public async Task The_stylesheet_is_served()
    {
        await using var service = await TestService.StartAsync();
        var css = await service.GetAsync("/style.css");
        Assert.Equal((200, "text/css"), (css.Status, css.Type));
    }

    [Fact]
    public async Task Opening_the_confirm_link_changes_nothing_and_its_button_confirms()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var link = "/confirm/" + service.Get<Tokens>().Make(TokenPurpose.Confirm, subscription);

        var page = await service.GetAsync(link);
        Assert.Equal(200, page.Status);
        Assert.Contains("<form method=\"post\"", page.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Head, link)).Status);
        Assert.Equal(
            SubscriptionStatus.Pending,
            (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);

        Assert.Equal(200, (await service.PostAsync(link)).Status);
        Assert.Equal(
            SubscriptionStatus.Active,
            (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);
        var again = await service.SendAsync(HttpMethod.Post, link, headers: ("Accept", "application/json"));
        Assert.Equal((200, """{"status":"active"}"""), (again.Status, again.Text));
        Assert.DoesNotContain("<form", (await service.GetAsync(link)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_is_void_or_has_lapsed_says_what_to_do()
    {
        await using var service = await TestService.StartAsync();
        var lapsing = await service.SubscribeEmailAsync("late@example.com");
        var ended = await service.SubscribeEmailAsync("gone@example.com");
        var tokens = service.Get<Tokens>();
        await service.Get<ISubscriptions>().EndAsync(ended.Id, CancellationToken.None);
        service.Clock.JumpTo(TestService.Start + Duration.FromDays(7));

        foreach (var token in (string[])
                [
                    "nonsense",
                    tokens.Make(TokenPurpose.Manage, lapsing),
                    tokens.Make(TokenPurpose.Confirm, ended),
                    tokens.Make(TokenPurpose.Confirm, lapsing),
                ])
        {
            Assert.Equal(404, (await service.GetAsync("/confirm/" + token)).Status);
            var post = await service.PostAsync("/confirm/" + token);
            Assert.Equal(404, post.Status);
            Assert.Contains("Subscribe again", post.Text, StringComparison.Ordinal);
        }

        Assert.NotEqual(
            SubscriptionStatus.Active,
            (await service.Get<ISubscriptions>().FindAsync(lapsing.Id, CancellationToken.None))!.Status);
    }

    [Theory]
    [InlineData("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")]
    [InlineData("", null)]
    public async Task One_click_ends_the_subscription_and_may_be_repeated(string body, string? type)
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var link = "/unsubscribe/" + service.Get<Tokens>().Make(TokenPurpose.Unsubscribe, subscription);
        Assert.Contains("<form method=\"post\"", (await service.GetAsync(link)).Text, StringComparison.Ordinal);
        Assert.Equal(
            SubscriptionStatus.Pending,
            (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);

        for (var i = 0; i < 2; i++)
        {
            using var content = new StringContent(body);
            content.Headers.ContentType = type is null ? null : new(type);
            using var response = await service.Client.PostAsync(link, content);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(
                SubscriptionStatus.Ended,
                (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);
        }

        Assert.Equal(200, (await service.GetAsync(link)).Status);
        Assert.Equal(404, (await service.PostAsync("/unsubscribe/nonsense")).Status);
    }

    [Fact]
    public async Task A_request_can_be_cancelled_before_it_was_confirmed()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var tokens = service.Get<Tokens>();
        var unsubscribe = "/unsubscribe/" + tokens.Make(TokenPurpose.Unsubscribe, subscription);
        var manage = "/manage/" + tokens.Make(TokenPurpose.Manage, subscription);

        var asked = await service.GetAsync(unsubscribe);
        Assert.Contains("Cancel the request", asked.Text, StringComparison.Ordinal);
        Assert.Contains("was not confirmed", asked.Text, StringComparison.Ordinal);
        var page = await service.GetAsync(manage);
        Assert.Contains("Not confirmed yet", page.Text, StringComparison.Ordinal);
        Assert.Contains("What comes once it is confirmed", page.Text, StringComparison.Ordinal);
        Assert.Contains("/calendar/" + tokens.Make(TokenPurpose.Calendar, subscription), page.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("undo", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cancel the request", (await service.GetAsync(manage + "/end")).Text, StringComparison.Ordinal);
        Assert.Equal(
            SubscriptionStatus.Pending,
            (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);

        var done = await service.PostAsync(unsubscribe);
        Assert.Contains("The request has ended. You will get no alerts from it.", done.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Undo", done.Text, StringComparison.Ordinal);
        Assert.Equal(
            404, (await service.PostAsync("/confirm/" + tokens.Make(TokenPurpose.Confirm, subscription))).Status);
        Assert.Contains(
            "The request has ended. You will get no alerts from it.",
            (await service.GetAsync(manage)).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manage_page_shows_what_comes_and_what_was_sent()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var tokens = service.Get<Tokens>();
        await service.Get<ISubscriptions>().ConfirmAsync(subscription.Id, CancellationToken.None);
        await service.AddDateAsync("near", "2025-10-25");
        await service.AddDateAsync("far", "2025-11-10");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        await service.Settle("email", new Delivered(250, "ok"));

        var page = await service.GetAsync("/manage/" + tokens.Make(TokenPurpose.Manage, subscription));
        Assert.Equal(200, page.Status);
        Assert.Contains("reader@example.com", page.Text, StringComparison.Ordinal);
        Assert.Contains("The far", page.Text, StringComparison.Ordinal);
        Assert.Contains("dates/near\"><bdi>The near</bdi></a>", page.Text, StringComparison.Ordinal);
        Assert.Contains("delivered", page.Text, StringComparison.Ordinal);
        Assert.Contains($"{tokens.Make(TokenPurpose.Manage, subscription)}/end", page.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await service.GetAsync("/manage/nonsense")).Status);
    }

    [Fact]
    public async Task The_outbox_shows_the_mails_to_whoever_sits_at_the_machine()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(200, (await service.GetAsync("/outbox")).Status);
        Directory.CreateDirectory(service.OutboxPath);
        await File.WriteAllTextAsync(
            Path.Combine(service.OutboxPath, "al_abc.eml"),
            "From: alerts@localhost\r\nTo: reader@example.com\r\nSubject: Tomorrow: <b>Truce</b>\r\n"
            + "Date: Fri, 24 Oct 2025 09:00:00 +0000\r\n\r\nThe truce ends.\r\n");
        await File.WriteAllTextAsync(Path.Combine(service.OutboxPath, "..", "secret.eml"), "Subject: secret\r\n\r\n");

        var list = await service.GetAsync("/outbox");
        Assert.Contains("Tomorrow: &lt;b&gt;Truce&lt;/b&gt;", list.Text, StringComparison.Ordinal);
        Assert.Contains("reader@example.com", list.Text, StringComparison.Ordinal);
        Assert.Contains("The truce ends.", (await service.GetAsync("/outbox/al_abc")).Text, StringComparison.Ordinal);
        var file = await service.GetAsync("/outbox/al_abc.eml");
        Assert.Equal((200, "message/rfc822"), (file.Status, file.Type));
        foreach (
            var name in (string[])["..%2Fsecret", "..%2Fsecret.eml", "al_none", "al_none.eml", "AL_ABC", "secret.eml"])
        {
            Assert.Equal(404, (await service.GetAsync("/outbox/" + name)).Status);
        }
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7", null, 404)]
    [InlineData("Host", "rebound.example.com", null, 404)]
    [InlineData("Host", "rebound.example.com", TestService.AdminKey, 200)]
    [InlineData("X-Forwarded-For", "203.0.113.7", TestService.AdminKey, 200)]
    [InlineData("X-Forwarded-For", "203.0.113.7", "another-key", 404)]
    [InlineData("Host", "localhost", null, 200)]
    public async Task The_outbox_is_closed_to_those_from_elsewhere(string header, string value, string? key, int status)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(
            status, (await service.SendAsync(HttpMethod.Get, "/outbox", bearer: key, headers: (header, value))).Status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", null, 404)]
    [InlineData("http://0.0.0.0:0", TestService.AdminKey, 200)]
    [InlineData("http://127.0.0.1:0", null, 200)]
    public async Task The_outbox_needs_the_key_where_others_can_reach_the_service(string urls, string? key, int status)
    {
        await using var service = await TestService.StartAsync(urls: urls);
        var answer = await service.SendAsync(HttpMethod.Get, "/outbox", bearer: key, headers: ("Host", "localhost"));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task There_is_no_outbox_where_mails_are_sent()
    {
        await using var service = await TestService.StartAsync(hasOutbox: false);
        Assert.Equal(404, (await service.GetAsync("/outbox", TestService.AdminKey)).Status);
    }
}
