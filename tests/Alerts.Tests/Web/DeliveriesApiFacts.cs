using Alerts.Ledger;
using Alerts.Watch;

namespace Alerts.Tests.Web;

public sealed class DeliveriesApiFacts
{
    [Fact]
    public async Task A_delivery_shows_what_was_owed_and_every_attempt()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-25");
        var (id, token) = await service.SubscribeWebhookAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        await service.Settle("webhook", new TryAgain(503, "busy"));

        var listed = await service.GetAsync($"/api/subscriptions/{id}/deliveries?kind=reminder", token);
        var delivery = Assert.Single(listed.Items);
        Assert.Equal(
            [
                "alertKey",
                "keyDateId",
                "revision",
                "kind",
                "purpose",
                "lead",
                "dueAt",
                "expires",
                "state",
                "reason",
                "nextAttemptAt",
                "attempts",
            ],
            delivery.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            Alerts.Ledger.AlertKey.Of(id, "truce", 1, Alerts.Due.AlertKind.Reminder, "P1D"),
            delivery.GetProperty("alertKey").GetString());
        Assert.Equal(
            ("reminder", "P1D", "retrying"),
            (
                delivery.GetProperty("kind").GetString(),
                delivery.GetProperty("lead").GetString(),
                delivery.GetProperty("state").GetString()));
        Assert.Equal(
            ("2025-10-24T09:00:00Z", "2025-10-25T12:00:00Z"),
            (delivery.GetProperty("dueAt").GetString(), delivery.GetProperty("expires").GetString()));
        Assert.NotNull(delivery.GetProperty("nextAttemptAt").GetString());
        Assert.Equal(
            """[{"at":"2025-10-24T09:00:00Z","status":503,"milliseconds":12,"response":"busy"}]""",
            delivery.GetProperty("attempts").GetRawText());
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first_page_after_page()
    {
        await using var service = await TestService.StartAsync();
        foreach (var id in (string[])["a", "b", "c"])
        {
            await service.AddDateAsync(id, "2025-10-25");
        }

        var (subscription, token) = await service.SubscribeWebhookAsync("\"P1D\"");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        Assert.Equal(3, (await service.Settle("webhook", new Delivered(200, "ok"))).Count);
        await service.SendAsync(HttpMethod.Post, "/api/dates/a/cancel", bearer: TestService.AdminKey);
        await service.Settle("webhook", new Delivered(200, "ok"));

        var first = await service.GetAsync($"/api/subscriptions/{subscription}/deliveries?limit=3", token);
        var second = await service.GetAsync(
            $"/api/subscriptions/{subscription}/deliveries?limit=3"
            + $"&cursor={first.Json.GetProperty("cursor").GetString()}",
            token);
        Assert.Equal(3, first.Items.Count());
        Assert.Equal(["reminder", "service"], second.Items.Select(item => item.GetProperty("kind").GetString()));
        Assert.Null(second.Json.GetProperty("cursor").GetString());
        var newest = first.Items.First();
        Assert.Equal(
            ("cancelled", "-", "a"),
            (
                newest.GetProperty("kind").GetString(),
                newest.GetProperty("lead").GetString(),
                newest.GetProperty("keyDateId").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, newest.GetProperty("expires").ValueKind);
        Assert.Equal(
            5,
            first.Items.Concat(second.Items).Select(item => item.GetProperty("alertKey").GetString()).Distinct().Count()
        );
        Assert.Equal(
            ["/cursor"],
            (await service.GetAsync($"/api/subscriptions/{subscription}/deliveries?cursor=eA", token)).Pointers(400));
    }

    [Fact]
    public async Task Sending_again_is_for_what_has_ended_and_is_still_true()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-25");
        var (id, token) = await service.SubscribeWebhookAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        var key = Assert.Single((await service.Settle("webhook", new Delivered(200, "ok")))).Id;
        var resend = $"/api/subscriptions/{id}/deliveries/{key}/resend";

        Assert.Equal(202, (await service.PostAsync(resend, bearer: token)).Status);
        Assert.Empty((await service.PostAsync(resend, bearer: token)).Pointers(409)); // already queued
        Assert.Equal(key, Assert.Single((await service.Settle("webhook", new Delivered(200, "ok")))).Id);
        Assert.Empty(
            (await service.PostAsync($"/api/subscriptions/{id}/deliveries/al_nothing/resend", bearer: token)).Pointers(
                404));

        await service.SendAsync(HttpMethod.Post, "/api/dates/truce/cancel", bearer: TestService.AdminKey);
        await service.Get<Watcher>().FollowChangesAsync(CancellationToken.None);
        Assert.Empty((await service.PostAsync(resend, bearer: token)).Pointers(409));
    }

    [Fact]
    public async Task A_service_message_shows_its_purpose_and_every_answer()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync("/api/subscriptions",
            """{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":["P1D"],"timeZone":"UTC"}""");
        var (id, token) = (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("manageToken").GetString()!);
        await service.Settle("webhook", new TryAgain(200, "200 without consent"));

        var listed = await service.GetAsync($"/api/subscriptions/{id}/deliveries?kind=service", token);
        var delivery = Assert.Single(listed.Items);
        Assert.Matches("^msg_[a-z2-7]{26}$", delivery.GetProperty("alertKey").GetString());
        Assert.Equal(("service", "verification", "retrying"),
            (delivery.GetProperty("kind").GetString(), delivery.GetProperty("purpose").GetString(),
            delivery.GetProperty("state").GetString()));
        Assert.All((string[])["keyDateId", "revision", "lead", "expires", "reason"], name =>
            Assert.Equal(System.Text.Json.JsonValueKind.Null, delivery.GetProperty(name).ValueKind));
        Assert.Equal(
            """[{"at":"2025-10-24T00:00:00Z","status":200,"milliseconds":12,"response":"200 without consent"}]""",
            delivery.GetProperty("attempts").GetRawText());
        Assert.Equal(
            delivery.GetProperty("alertKey").GetString(),
            Assert.Single((await service.GetAsync("/api/deliveries?kind=service&state=retrying", TestService.AdminKey))
                .Items).GetProperty("alertKey").GetString());
        Assert.Empty((await service.GetAsync($"/api/subscriptions/{id}/deliveries?kind=reminder", token)).Items);
        Assert.Empty((await service.PostAsync(
            $"/api/subscriptions/{id}/deliveries/{delivery.GetProperty("alertKey").GetString()}/resend", bearer: token))
            .Pointers(409));

        var page = (await service.SendAsync(HttpMethod.Get, "/manage/" + token, headers: ("Accept", "text/html"))).Text;
        Assert.Contains("verification</td>", page, StringComparison.Ordinal);
        Assert.Contains("200 without consent", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/resend/msg_", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_a_pending_endpoint_adds_no_verification_while_one_waits()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync("/api/subscriptions",
            """{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":["P1D"],"timeZone":"UTC"}""");
        var (id, token) = (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("manageToken").GetString()!);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            Assert.Equal((202, """{"queued":0}"""), (await TestAsync()));
            Assert.Single(await service.Settle("webhook", new TryAgain(500, "no")));
            service.Clock.JumpTo(service.Clock.Now + Duration.FromHours(1));
        }

        Assert.Empty(await service.Settle("webhook", new TryAgain(500, "no"))); // four attempts and no fifth
        var failed = Assert.Single((await service.GetAsync($"/api/subscriptions/{id}/deliveries", token)).Items);
        Assert.Equal(("failed", "not verified after four attempts; a test starts again"),
            (failed.GetProperty("state").GetString(), failed.GetProperty("reason").GetString()));

        Assert.Equal((202, """{"queued":1}"""), (await TestAsync()));
        Assert.Single(await service.Settle("webhook", new Delivered(200, "challenge")));
        Assert.Equal("active", (await service.GetAsync($"/api/subscriptions/{id}", token)).Json.GetProperty("status")
            .GetString());

        async Task<(int, string)> TestAsync()
        {
            var reply = await service.PostAsync($"/api/subscriptions/{id}/test", bearer: token);
            return (reply.Status, reply.Text);
        }
    }

    [Fact]
    public async Task Operators_see_everybodys_deliveries_by_state_page_after_page()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("a", "2025-10-25");
        await service.AddDateAsync("b", "2025-10-25");
        var (one, _) = await service.SubscribeWebhookAsync();
        var (other, _) = await service.SubscribeWebhookAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        Assert.Equal(4, (await service.Settle("webhook", new GaveUp(410, "gone", "the endpoint said no"))).Count);
        await service.AddDateAsync("c", "2025-10-26");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(33));
        Assert.Equal(2, (await service.Settle("webhook", new Delivered(200, "ok"))).Count);

        async Task<IReadOnlyList<System.Text.Json.JsonElement>> AllAsync(string query)
        {
            var items = new List<System.Text.Json.JsonElement>();
            for (var cursor = ""; ;)
            {
                var page = await service.GetAsync($"/api/deliveries?limit=1{query}{cursor}", TestService.AdminKey);
                items.Add(Assert.Single(page.Items));
                if (page.Json.GetProperty("cursor").GetString() is not { } next)
                {
                    return items;
                }

                cursor = "&cursor=" + next;
            }
        }

        var all = (await AllAsync("")).Where(item => item.GetProperty("kind").GetString() != "service").ToList();
        var failed = await AllAsync("&state=failed");
        Assert.Equal(
            ["delivered", "delivered", "failed", "failed", "failed", "failed"],
            all.Select(item => item.GetProperty("state").GetString()));
        Assert.Equal(all.Skip(2).Select(item => item.GetRawText()), failed.Select(item => item.GetRawText()));
        Assert.Equal(
            new[] { one, other }.Order(),
            failed.Select(item => item.GetProperty("subscriptionId").GetString()!).Distinct().Order());
        Assert.Equal(2, (await AllAsync("&state=delivered&kind=reminder")).Count);
        Assert.Equal(2, (await AllAsync("&state=delivered&kind=service")).Count); // the verifications
        foreach (var state in (string[])["queued", "sending", "retrying", "expired", "void"])
        {
            Assert.Empty((await service.GetAsync("/api/deliveries?state=" + state, TestService.AdminKey)).Items);
        }

        Assert.Equal(
            ["/kind"], (await service.GetAsync("/api/deliveries?kind=letters", TestService.AdminKey)).Pointers(400));
        Assert.Equal(
            ["/state"], (await service.GetAsync("/api/deliveries?state=lost", TestService.AdminKey)).Pointers(400));
        Assert.Empty((await service.GetAsync("/api/deliveries", "another key")).Pointers(401));
    }

    [Fact]
    public async Task Stats_count_what_there_is_and_how_late_it_left()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("over", "2025-10-20");
        await service.AddDateAsync("truce", "2025-10-25");
        await service.AddDateAsync("off", "2025-10-25");
        await service.PostAsync("/api/dates/off/cancel", bearer: TestService.AdminKey);
        await service.SubscribeWebhookAsync();
        await service.SubscribeEmailAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9) + Duration.FromMinutes(11));
        Assert.Single(await service.Settle("webhook", new Delivered(200, "ok")));

        var stats = (await service.GetAsync("/api/stats", TestService.AdminKey)).Json;
        Assert.Equal("2025-10-24T09:11:00Z", stats.GetProperty("at").GetString());
        Assert.Equal("""{"upcoming":1,"occurred":1,"cancelled":1}""", stats.GetProperty("dates").GetRawText());
        Assert.Equal(
            """{"email":{"pending":1,"active":0,"disabled":0,"ended":0}"""
            + ""","webhook":{"pending":0,"active":1,"disabled":0,"ended":0}}""",
            stats.GetProperty("subscriptions").GetRawText());
        Assert.Equal(
            """{"queued":0,"sending":0,"retrying":0,"delivered":1,"failed":0,"expired":0,"void":0}""",
            stats.GetProperty("deliveries").GetRawText());
        Assert.Equal(
            """{"queued":0,"sending":0,"retrying":0,"delivered":2,"failed":0,"expired":0,"void":0}""",
            stats.GetProperty("serviceMessages").GetRawText());
        Assert.Equal(
            """{"deliveries":1,"late":1,"medianSeconds":660,"p95Seconds":660}""",
            stats.GetProperty("lateness").GetRawText());
        Assert.Equal("2025-10-24T09:11:00Z", stats.GetProperty("lastRun").GetProperty("startedAt").GetString());
        Assert.Empty((await service.GetAsync("/api/stats")).Pointers(401));
    }
}
