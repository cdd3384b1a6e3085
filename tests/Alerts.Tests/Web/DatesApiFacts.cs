using System.Text.Json;

namespace Alerts.Tests.Web;

public sealed class DatesApiFacts
{
    private const string Truce =
        """
        {"title":"Truce ends","topics":["tariffs"],
        "when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York"}}
        """;
    private const string Moved =
        """
        {"title":"Truce ends","topics":["tariffs"],
        "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York"},"reason":"extended"}
        """;

    [Fact]
    public async Task A_new_date_is_answered_as_it_is_then_read()
    {
        await using var service = await TestService.StartAsync();
        var put = await service.PutDateAsync("truce", Truce);
        var got = await service.GetAsync("/api/dates/truce");

        Assert.Equal((201, 200), (put.Status, got.Status));
        Assert.Equal(put.Text, got.Text);
        Assert.Equal("\"1\"", got.Headers["ETag"]);
        Assert.Equal("https://alerts.example.com/api/dates/truce", put.Headers["Location"]);
        Assert.Equal("2025-11-10T05:01:00Z", got.Json.GetProperty("when").GetProperty("instant").GetString());
        Assert.Equal("upcoming", got.Json.GetProperty("phase").GetString());
        Assert.Equal("https://alerts.example.com/dates/truce", got.Json.GetProperty("url").GetString());
    }

    [Fact]
    public async Task What_was_read_can_be_saved_and_changes_nothing()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var again = await service.PutDateAsync("truce", (await service.GetAsync("/api/dates/truce")).Text);

        Assert.Equal(200, again.Status);
        Assert.Equal("\"1\"", again.Headers["ETag"]);
        Assert.Single((await service.GetAsync("/api/dates/truce/history")).Items);
    }

    [Fact]
    public async Task History_keeps_every_state_with_its_reason_oldest_first()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var moved = await service.PutDateAsync("truce", Moved);
        await service.PutDateAsync("truce", Moved.Replace("Truce ends", "The truce ends", StringComparison.Ordinal));
        await service.SendAsync(
            HttpMethod.Post, "/api/dates/truce/cancel", """{"reason":"made permanent"}""", TestService.AdminKey);
        await service.PutDateAsync("truce", Truce);
        var history = await service.GetAsync("/api/dates/truce/history");

        Assert.Equal("\"2\"", moved.Headers["ETag"]);
        Assert.Equal(
            ["added", "moved", "edited", "cancelled", "reinstated"],
            history.Items.Select(item => item.GetProperty("change").GetString()));
        Assert.Equal(
            [null, "extended", "extended", "made permanent", null],
            history.Items.Select(item => item.GetProperty("reason").GetString()));
        Assert.Equal(
            [1, 2, 2, 3, 4],
            history.Items.Select(item => item.GetProperty("keyDate").GetProperty("revision").GetInt32()));
        Assert.All(history.Items, item =>
            Assert.Equal("2025-10-24T00:00:00Z", item.GetProperty("recordedAt").GetString()));
        Assert.Equal(JsonValueKind.Null, history.Json.GetProperty("cursor").ValueKind);
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("W/\"1\"", 200)]
    [InlineData("\"7\", \"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("nonsense", 412)]
    public async Task A_save_may_depend_on_what_was_read(string ifMatch, int status)
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var saved = await service.PutDateAsync("truce", Moved, ("If-Match", ifMatch));

        Assert.Equal(status, saved.Status);
        Assert.Equal(
            status == 200 ? 2 : 1,
            (await service.GetAsync("/api/dates/truce")).Json.GetProperty("revision").GetInt32());
    }

    [Theory]
    [InlineData("If-Match", "\"1\"", 200)]
    [InlineData("If-Match", "\"2\"", 412)]
    [InlineData("If-None-Match", "*", 412)]
    public async Task A_cancellation_may_depend_on_what_was_read(string header, string value, int status)
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var cancelled = await service.SendAsync(
            HttpMethod.Post, "/api/dates/truce/cancel", null, TestService.AdminKey, (header, value));

        Assert.Equal(status, cancelled.Status);
        Assert.Equal(
            status == 200 ? "cancelled" : "confirmed",
            (await service.GetAsync("/api/dates/truce")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_save_may_depend_on_the_date_not_being_there()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(201, (await service.PutDateAsync("truce", Truce, ("If-None-Match", "*"))).Status);
        Assert.Empty((await service.PutDateAsync("truce", Moved, ("If-None-Match", "*"))).Pointers(412));
    }

    [Fact]
    public async Task A_dry_run_without_a_value_is_refused()
    {
        await using var service = await TestService.StartAsync();
        var saved = await service.SendAsync(HttpMethod.Put, "/api/dates/truce?dryRun", Truce, TestService.AdminKey);
        Assert.Equal(["/dryRun"], saved.Pointers(400));
        Assert.Equal(404, (await service.GetAsync("/api/dates/truce")).Status);
    }

    [Fact]
    public async Task A_save_that_depends_on_a_date_nobody_knows_is_refused()
    {
        await using var service = await TestService.StartAsync();
        Assert.Empty((await service.PutDateAsync("truce", Truce, ("If-Match", "*"))).Pointers(412));
        Assert.Equal(404, (await service.GetAsync("/api/dates/truce")).Status);
    }

    [Fact]
    public async Task A_dry_run_counts_who_would_be_told_and_stores_nothing()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-25");
        await service.SubscribeWebhookAsync("\"P1D\", \"P7D\"");
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(10));
        Assert.Single((await service.Settle("webhook", new Alerts.Ledger.Delivered(200, "ok"))));

        var moved = await service.SendAsync(
            HttpMethod.Put, "/api/dates/truce?dryRun=true", Moved, TestService.AdminKey);
        var added = await service.SendAsync(
            HttpMethod.Put, "/api/dates/other?dryRun=true",
            Moved.Replace("2026-11-10", "2025-10-27", StringComparison.Ordinal), TestService.AdminKey);
        var unchanged = await service.SendAsync(
            HttpMethod.Put, "/api/dates/truce?dryRun=true", (await service.GetAsync("/api/dates/truce")).Text,
            TestService.AdminKey);

        Assert.Equal("""{"reminder":0,"rescheduled":1,"cancelled":0}""", moved.Text);
        Assert.Equal("""{"reminder":1,"rescheduled":0,"cancelled":0}""", added.Text);
        Assert.Equal("""{"reminder":0,"rescheduled":0,"cancelled":0}""", unchanged.Text);
        Assert.Equal(200, moved.Status);
        Assert.Equal(404, (await service.GetAsync("/api/dates/other")).Status);
        Assert.Single((await service.GetAsync("/api/dates/truce/history")).Items);
    }

    [Fact]
    public async Task Cancelling_may_be_repeated_and_needs_no_body()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var first = await service.PostAsync("/api/dates/truce/cancel", bearer: TestService.AdminKey);
        var second = await service.PostAsync("/api/dates/truce/cancel", "{}", TestService.AdminKey);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal("cancelled", first.Json.GetProperty("status").GetString());
        Assert.Equal(first.Text, second.Text);
        Assert.Equal("\"2\"", second.Headers["ETag"]);
        Assert.Empty(
            (await service.PostAsync("/api/dates/nobody-knows/cancel", bearer: TestService.AdminKey)).Pointers(404));
        Assert.Equal(
            ["/because"],
            (await service.PostAsync("/api/dates/truce/cancel", """{"because":"x"}""", TestService.AdminKey)).Pointers(
                400));
    }

    [Theory]
    [InlineData(TestService.AdminKey, null)]
    [InlineData(TestService.AdminKey, "another-key")]
    [InlineData(TestService.AdminKey, "the-admin-ke")]
    [InlineData(null, "the-admin-key")]
    [InlineData(null, null)]
    public async Task Operator_routes_are_closed_to_everybody_else(string? key, string? given)
    {
        await using var service = await TestService.StartAsync(key);
        var put = await service.SendAsync(HttpMethod.Put, "/api/dates/truce", "not even JSON", given);
        var cancel = await service.SendAsync(HttpMethod.Post, "/api/dates/truce/cancel", bearer: given);

        Assert.Empty(put.Pointers(401));
        Assert.Empty(cancel.Pointers(401));
        Assert.Equal("Bearer", put.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("""{"title":"x","when":{"date":"2025-11-10","timeZone":"Mars/Olympus"}}""", "/when/timeZone")]
    [InlineData("""{"title":"x","when":{"date":"2025-11-10","time":"25:00","timeZone":"UTC"}}""", "/when/time")]
    [InlineData("""{"title":"x","when":{"date":"2025-02-29","timeZone":"UTC"}}""", "/when/date")]
    [InlineData("""{"title":"x","when":{"date":"2025-11-10","timeZone":"UTC"},"colour":"red"}""", "/colour")]
    [InlineData("""{"when":{"date":"2025-11-10","timeZone":"UTC"}}""", "/title")]
    [InlineData("""{"title":"x","when":""", "")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    public async Task A_wrong_date_is_refused_with_the_field_and_not_stored(string body, string field)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal([field], (await service.PutDateAsync("truce", body)).Pointers(400));
        Assert.Equal(404, (await service.GetAsync("/api/dates/truce")).Status);
    }

    [Fact]
    public async Task A_title_of_ten_thousand_characters_is_refused()
    {
        await using var service = await TestService.StartAsync();
        var body = $$$"""{"title":"{{{new string('x', 10_000)}}}","when":{"date":"2025-11-10","timeZone":"UTC"}}""";
        Assert.Equal(["/title"], (await service.PutDateAsync("truce", body)).Pointers(400));
        Assert.Empty((await service.GetAsync("/api/dates")).Items);
    }

    [Fact]
    public async Task A_body_of_five_megabytes_is_refused()
    {
        await using var service = await TestService.StartAsync();
        var body = $$$"""{"title":"{{{new string('x', 5_000_000)}}}","when":{"date":"2025-11-10","timeZone":"UTC"}}""";
        Assert.Empty((await service.PutDateAsync("truce", body)).Pointers(413));
        Assert.Empty((await service.PostAsync("/api/subscriptions", body)).Pointers(413));
        Assert.Empty((await service.SendAsync(HttpMethod.Put, "/api/dates/truce", body)).Pointers(401));
        Assert.Empty(
            (
                await service.SendAsync(
                    HttpMethod.Put, "/api/dates/truce", body, TestService.AdminKey,
                    ("Transfer-Encoding", "chunked"))).Pointers(413));
        Assert.Empty((await service.GetAsync("/api/dates")).Items);
    }

    [Fact]
    public async Task An_id_of_another_form_is_refused()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(["/id"], (await service.PutDateAsync("The_Truce", Truce)).Pointers(400));
    }

    [Fact]
    public async Task An_unknown_date_is_not_found()
    {
        await using var service = await TestService.StartAsync();
        Assert.Empty((await service.GetAsync("/api/dates/nobody-knows")).Pointers(404));
        Assert.Empty((await service.GetAsync("/api/dates/nobody-knows/history")).Pointers(404));
    }
}
