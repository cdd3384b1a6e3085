using Alerts.Ledger;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

public sealed class SubscribeApiFacts
{
    [Fact]
    public async Task The_answer_to_a_mail_address_tells_nothing_about_it()
    {
        await using var service = await TestService.StartAsync();
        const string Preferences =
            """{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}""";
        var first = await service.PostAsync("/api/subscriptions", Preferences);
        var second = await service.PostAsync("/api/subscriptions", Preferences);

        Assert.Equal((202, """{"status":"pending"}"""), (first.Status, first.Text));
        Assert.Equal((202, """{"status":"pending"}"""), (second.Status, second.Text));
        Assert.Equal(first.Headers.Keys.Order(), second.Headers.Keys.Order());
    }

    [Fact]
    public async Task A_webhook_is_answered_with_its_secret_and_its_manage_token()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync(
            "/api/subscriptions",
            """
            {"channel":{"type":"webhook","url":"https://example.com/hook"},"topics":["tariffs"],"leads":["p7d","P1D"],
            "timeZone":"Asia/Tokyo","quietHours":{"from":"22:00","to":"07:00"}}
            """);

        Assert.Equal(201, made.Status);
        Assert.Equal(
            [
                "id",
                "status",
                "secret",
                "manageToken",
                "channel",
                "dates",
                "topics",
                "leads",
                "timeZone",
                "at",
                "quietHours",
                "createdAt",
            ],
            made.Json.EnumerateObject().Select(member => member.Name));
        var id = made.Json.GetProperty("id").GetString();
        Assert.StartsWith("sub_", id, StringComparison.Ordinal);
        Assert.StartsWith("whsec_", made.Json.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal("pending", made.Json.GetProperty("status").GetString());
        Assert.Equal(
            """{"type":"webhook","url":"https://example.com/hook","format":"standard"}""",
            made.Json.GetProperty("channel").GetRawText());
        Assert.Equal("""["P7D","P1D"]""", made.Json.GetProperty("leads").GetRawText());
        Assert.Equal("09:00", made.Json.GetProperty("at").GetString());
        Assert.Equal($"https://alerts.example.com/api/subscriptions/{id}", made.Headers["Location"]);
        Assert.Equal(
            200,
            (
                await service.GetAsync($"/api/subscriptions/{id}", made.Json.GetProperty("manageToken").GetString())
            ).Status);
    }

    [Theory]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["P1D"],"timeZone":"Mars/Olympus"}""",
        "/timeZone")]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["P1D","P-1D"],"timeZone":"UTC"}""",
        "/leads/1")]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["banana"],"timeZone":"UTC"}""", "/leads/0")]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["P1D"],"timeZone":"UTC","at":"25:00"}""",
        "/at")]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["P1D"]"""
        + ""","timeZone":"UTC","dates":["no-such-date"]}""",
        "/dates/0")]
    [InlineData(
        """{"channel":{"type":"email","address":"nobody"},"leads":["P1D"],"timeZone":"UTC"}""", "/channel/address")]
    [InlineData("""{"channel":{"type":"pigeon"},"leads":["P1D"],"timeZone":"UTC"}""", "/channel/type")]
    [InlineData(
        """{"channel":{"type":"webhook","url":"http://127.0.0.1/x"},"leads":["P1D"],"timeZone":"UTC"}""",
        "/channel/url")]
    [InlineData(
        """{"channel":{"type":"webhook","url":"https://10.0.0.1/x"},"leads":["P1D"],"timeZone":"UTC"}""",
        "/channel/url")]
    [InlineData("""{"leads":["P1D"],"timeZone":"UTC"}""", "/channel")]
    [InlineData("""{"channel":{"type":"email","address":"a@example.com"},"timeZone":"UTC"}""", "/leads")]
    [InlineData(
        """{"channel":{"type":"email","address":"a@example.com"},"leads":["P1D"]"""
        + ""","timeZone":"UTC","now":"2025-01-01T00:00:00Z"}""",
        "/now")]
    [InlineData("""{"channel":""", "")]
    public async Task A_wrong_wish_is_refused_with_the_field_and_not_stored(string body, string field)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal([field], (await service.PostAsync("/api/subscriptions", body)).Pointers(400));
        Assert.Equal(0, service.Get<Database>().Read(session => session.Number("SELECT count(*) FROM subscriptions")));
    }

    [Fact]
    public async Task A_preview_is_every_reminder_ahead_by_due_instant_then_date_then_lead()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("second", "2025-10-28", "12:00");
        await service.AddDateAsync("first", "2025-10-28", "12:00");
        await service.AddDateAsync("over", "2025-10-20");
        await service.AddDateAsync("unfollowed", "2025-10-28", topic: "summits");
        await service.AddDateAsync("called-off", "2025-10-28");
        await service.PostAsync("/api/dates/called-off/cancel", bearer: TestService.AdminKey);

        var preview = await service.PostAsync(
            "/api/subscriptions/preview", """{"topics":["tariffs"],"leads":["P1D","PT1H","P7D"],"timeZone":"UTC"}""");

        Assert.Equal(200, preview.Status);
        Assert.Equal(
            """{"items":[{"keyDateId":"first","revision":1,"lead":"P1D","dueAt":"2025-10-27T09:00:00Z"}"""
            + """,{"keyDateId":"second","revision":1,"lead":"P1D","dueAt":"2025-10-27T09:00:00Z"}"""
            + """,{"keyDateId":"first","revision":1,"lead":"PT1H","dueAt":"2025-10-28T11:00:00Z"}"""
            + """,{"keyDateId":"second","revision":1,"lead":"PT1H","dueAt":"2025-10-28T11:00:00Z"}]}""",
            preview.Text);
    }

    [Fact]
    public async Task A_preview_counted_from_the_past_sees_what_has_passed_since()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("over", "2025-10-20");
        var preview = await service.PostAsync(
            "/api/subscriptions/preview", """{"leads":["P1D"],"timeZone":"UTC","now":"2025-10-01T00:00:00Z"}""");
        var item = Assert.Single(preview.Items);
        Assert.Equal("2025-10-19T09:00:00Z", item.GetProperty("dueAt").GetString());
    }

    [Fact]
    public async Task A_reminder_due_at_this_very_instant_is_not_ahead()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-28");
        const string Preferences = """{"leads":["P1D"],"timeZone":"UTC","now":"2025-10-27T09:00:00Z"}""";
        Assert.Empty((await service.PostAsync("/api/subscriptions/preview", Preferences)).Items);
        Assert.Single(
            (
                await service.PostAsync(
                    "/api/subscriptions/preview",
                    Preferences.Replace("09:00:00", "08:59:59", StringComparison.Ordinal))).Items);
    }

    [Fact]
    public async Task A_preview_of_a_date_nobody_knows_is_refused()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-28");
        Assert.Equal(
            ["/dates/1"],
            (
                await service.PostAsync(
                    "/api/subscriptions/preview",
                    """{"dates":["truce","treaty"],"leads":["P1D"],"timeZone":"UTC"}""")).Pointers(400));
    }

    [Fact]
    public async Task The_format_asked_for_is_kept_and_shown()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync(
            "/api/subscriptions",
            """
            {"channel":{"type":"webhook","url":"https://example.com/hook","format":"cloudevents"},
            "leads":["P1D"],"timeZone":"UTC"}
            """);
        var kept = await service.GetAsync(
            "/api/subscriptions/" + made.Json.GetProperty("id").GetString(),
            made.Json.GetProperty("manageToken").GetString());

        Assert.Equal((201, 200), (made.Status, kept.Status));
        Assert.All([made, kept], answer =>
            Assert.Equal("cloudevents", answer.Json.GetProperty("channel").GetProperty("format").GetString()));
        Assert.Equal(
            WebhookFormat.CloudEvents,
            Assert.Single(await service.Settle("webhook", new Delivered(200, ""))).Subscription.Format);
    }
}
