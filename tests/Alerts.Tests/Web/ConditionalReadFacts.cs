using Alerts.Stores.Sqlite;
using Alerts.Web.OpenApi;

namespace Alerts.Tests.Web;

/// <summary>Tests ETags, <c>If-None-Match</c> and CORS of public reads.</summary>
public sealed class ConditionalReadFacts
{
    public static TheoryData<string> PublicReads =>
        ["/api/dates", "/api/dates/truce", "/api/dates/truce/history", "/feed.atom", "/calendar.ics", ApiDocument.Path];

    [Theory]
    [MemberData(nameof(PublicReads))]
    public async Task Who_holds_what_is_still_true_is_told_so_without_a_body(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var first = await service.GetAsync(path);
        var tag = first.Headers["ETag"];
        foreach (var known in (string[])[tag, "W/" + tag, $"\"another\", {tag}", "*"])
        {
            var again = await service.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", known));
            Assert.Equal((304, "", tag), (again.Status, again.Text, again.Headers["ETag"]));
        }

        Assert.Equal("no-cache", first.Headers["Cache-Control"]);
        Assert.Equal(304, (await service.SendAsync(HttpMethod.Head, path, headers: ("If-None-Match", tag))).Status);
        foreach (var other in (string[])["\"another\"", tag.Trim('"'), "nonsense,"])
        {
            Assert.Equal(
                200, (await service.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", other))).Status);
        }
    }

    [Theory]
    [InlineData("/api/dates")]
    [InlineData("/api/dates/truce")]
    [InlineData("/api/dates/truce/history")]
    public async Task An_edit_and_the_passing_of_the_date_are_something_new(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var added = (await service.GetAsync(path)).Headers["ETag"];
        await service.AddDateAsync("other", "2025-11-10");
        Assert.Equal(
            200,
            (
                await service.PutDateAsync(
                    "truce",
                    """{"title":"The truce","when":{"date":"2025-11-10","time":"12:00","timeZone":"UTC"}}""")).Status);

        var edited = await service.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", added));
        Assert.Equal(200, edited.Status);
        Assert.NotEqual(added, edited.Headers["ETag"]);

        service.Clock.JumpTo(Instant.FromUtc(2025, 11, 10, 12, 0));
        var occurred = await service.SendAsync(
            HttpMethod.Get, path, headers: ("If-None-Match", edited.Headers["ETag"]));
        Assert.Equal(200, occurred.Status);
        Assert.Contains("\"occurred\"", occurred.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_before_a_date_occurred_can_still_be_saved_upon()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var before = (await service.GetAsync("/api/dates/truce")).Headers["ETag"];
        service.Clock.JumpTo(Instant.FromUtc(2025, 11, 10, 12, 0));
        var after = (await service.GetAsync("/api/dates/truce")).Headers["ETag"];
        Assert.NotEqual(before, after);

        var saved = await service.PutDateAsync(
            "truce",
            """{"title":"The truce","when":{"date":"2025-11-10","time":"12:00","timeZone":"UTC"}}""",
            ("If-Match", before));
        Assert.Equal(200, saved.Status);
        Assert.Empty(
            (
                await service.PutDateAsync(
                    "truce",
                    """{"title":"A truce","when":{"date":"2025-11-10","time":"12:00","timeZone":"UTC"}}""",
                    ("If-Match", after))).Pointers(412));
    }

    [Theory]
    [MemberData(nameof(PublicReads))]
    public async Task Any_web_page_may_read_what_is_public(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var read = await service.SendAsync(HttpMethod.Get, path, headers: ("Origin", "https://calendar.example"));
        var asked = await service.SendAsync(
            HttpMethod.Options,
            path,
            headers:
            [
                ("Origin", "https://calendar.example"),
                ("Access-Control-Request-Method", "GET"),
                ("Access-Control-Request-Headers", "if-none-match"),
            ]);

        Assert.Equal("*", read.Headers["Access-Control-Allow-Origin"]);
        Assert.Contains("ETag", read.Headers["Access-Control-Expose-Headers"], StringComparison.Ordinal);
        Assert.False(read.Headers.ContainsKey("Access-Control-Allow-Credentials"));
        Assert.Equal(
            (204, "*", "if-none-match"),
            (asked.Status, asked.Headers["Access-Control-Allow-Origin"], asked.Headers["Access-Control-Allow-Headers"])
        );
    }

    [Theory]
    [InlineData("GET", "/api/subscriptions/sub_x")]
    [InlineData("POST", "/api/subscriptions")]
    [InlineData("PUT", "/api/dates/truce")]
    public async Task No_other_web_page_may_do_more(string method, string path)
    {
        await using var service = await TestService.StartAsync();
        var preflight = await service.SendAsync(
            HttpMethod.Options,
            path,
            headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", method)]);
        var reply = await service.SendAsync(
            new HttpMethod(method), path, method == "GET" ? null : "{}", headers: ("Origin", "https://evil.example"));
        Assert.DoesNotContain("Access-Control-Allow-Origin", preflight.Headers.Keys);
        Assert.DoesNotContain("Access-Control-Allow-Origin", reply.Headers.Keys);
    }

    [Theory]
    [MemberData(nameof(PublicReads))]
    public async Task What_stands_as_it_was_read_is_answered_without_a_read_of_the_store(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var first = await service.GetAsync(path);
        service.Get<Database>()
            .Write(
                (session, _) => session.Execute("UPDATE dates SET id = 'somewhere-else', start_at = 0, version = 99")
            ); // a read from the database would find nothing

        Assert.Equal(first.Text, (await service.GetAsync(path)).Text);
        Assert.Equal(
            304,
            (await service.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", first.Headers["ETag"]))).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/dates/truce")]
    public async Task A_page_is_kept_for_a_second_and_no_longer(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var first = await service.GetAsync(path);
        service.Get<Database>()
            .Write(
                (session, _) => session.Execute("UPDATE dates SET id = 'somewhere-else', start_at = 0, version = 99")
            ); // a read from the database would find nothing

        Assert.Equal(first.Text, (await service.GetAsync(path)).Text);
        service.Clock.JumpTo(TestService.Start + Duration.FromSeconds(1));
        Assert.DoesNotContain("The truce", (await service.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_process_changed_is_seen_at_once()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var first = await service.GetAsync("/api/dates/truce");
        using (var other = new Database(Path.Combine(service.Folder, "alerts.db"), service.Clock))
        {
            var rows = new DateRows();
            using var watch = new SqliteDatesVersion(other);
            var dates = new SqliteDates(other, rows, new SqlitePlan(rows), watch);
            var read = await dates.FindAsync("truce", TestContext.Current.CancellationToken);
            await dates.SaveAsync(
                read!.KeyDate with { Title = "From elsewhere" }, null, null, TestContext.Current.CancellationToken);
        }

        var second = await service.SendAsync(
            HttpMethod.Get, "/api/dates/truce", headers: ("If-None-Match", first.Headers["ETag"]));
        Assert.Equal((200, "From elsewhere"), (second.Status, second.Json.GetProperty("title").GetString()));
    }
}
