using System.Text.Json;
using Alerts.Tests.Sources;

namespace Alerts.Tests.Web;

/// <summary>Tests <c>/api/sources</c> and <c>/api/proposals</c> as programs use them.</summary>
public sealed class SourcesApiFacts
{
    private const string Calendar = """{"type":"icalendar","url":"{url}/c.ics","topics":["ecb"],"timeZone":"UTC"}""";

    [Fact]
    public async Task A_source_is_added_edited_listed_and_removed()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var service = await TestService.StartAsync();
        var added = await PutAsync(service, publisher, "ecb");
        Assert.Equal((201, "https://alerts.example.com/api/sources/ecb"), (added.Status, added.Headers["Location"]));
        Assert.Equal(("PT6H", "review", "new", true),
            (Text(added, "every"), Text(added, "apply"), Text(added, "status"),
                added.Json.GetProperty("enabled").GetBoolean()));
        Assert.Equal(200, (await PutAsync(service, publisher, "ecb", added.Text)).Status);
        Assert.Equal("ecb",
            Assert.Single((await service.GetAsync("/api/sources", TestService.AdminKey)).Json.GetProperty("items")
                .EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(409, (await PutAsync(service, publisher, "ecb-2")).Status);
        Assert.Equal(204,
            (await service.SendAsync(HttpMethod.Delete, "/api/sources/ecb", bearer: TestService.AdminKey)).Status);
        Assert.Equal(204,
            (await service.SendAsync(HttpMethod.Delete, "/api/sources/ecb", bearer: TestService.AdminKey)).Status);
        Assert.Equal(404, (await service.GetAsync("/api/sources/ecb", TestService.AdminKey)).Status);
        Assert.Equal(201, (await PutAsync(service, publisher, "ecb")).Status);
    }

    [Theory]
    [InlineData("""{}""", "/type")]
    [InlineData("""{"type":"rss","url":"https://example.org"}""", "/type")]
    [InlineData("""{"type":"icalendar"}""", "/url")]
    [InlineData("""{"type":"icalendar","url":"ftp://example.org"}""", "/url")]
    [InlineData("""{"type":"icalendar","url":"https://user:pass@example.org"}""", "/url")]
    [InlineData("""{"type":"icalendar","url":"http://example.org","apply":"auto"}""", "/apply")]
    [InlineData("""{"type":"icalendar","url":"webcal://example.org","apply":"auto"}""", "/apply")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","every":"PT4M"}""", "/every")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","every":"P8D"}""", "/every")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","every":"P100000000W"}""", "/every")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","every":"P1M"}""", "/every")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","timeZone":"Berlin"}""", "/timeZone")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","topics":["Not one"]}""", "/topics/0")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","query":{}}""", "/query")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","enabled":"yes"}""", "/enabled")]
    [InlineData("""{"type":"icalendar","url":"https://example.org","color":"red"}""", "/color")]
    [InlineData("""{"type":"federalRegister"}""", "/query")]
    [InlineData("""{"type":"federalRegister","query":{"types":["LAW"]}}""", "/query/types/0")]
    [InlineData("""{"type":"federalRegister","query":{"dates":["signing_date"]}}""", "/query/dates/0")]
    [InlineData("""{"type":"federalRegister","query":{},"url":"https://example.org"}""", "/url")]
    public async Task What_is_wrong_with_a_source_is_named(string body, string at)
    {
        await using var service = await TestService.StartAsync();
        var refused = await service.SendAsync(HttpMethod.Put, "/api/sources/s", body, TestService.AdminKey);
        Assert.Equal(400, refused.Status);
        Assert.Contains(at,
            refused.Json.GetProperty("errors").EnumerateArray().Select(error =>
                error.GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData("GET", "/api/sources")]
    [InlineData("GET", "/api/sources/s")]
    [InlineData("PUT", "/api/sources/s")]
    [InlineData("DELETE", "/api/sources/s")]
    [InlineData("POST", "/api/sources/s/check")]
    [InlineData("GET", "/api/proposals")]
    [InlineData("POST", "/api/proposals/accept")]
    [InlineData("POST", "/api/proposals/x/accept")]
    [InlineData("POST", "/api/proposals/x/reject")]
    public async Task Without_the_key_nothing_is_open(string method, string path)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(401,
            (await service.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{}")).Status);
    }

    [Fact]
    public async Task Proposals_are_accepted_and_rejected_once_each()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var service = await TestService.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2025-12-01 A", "b 2025-12-02 B", "c 2025-12-03 C");
        await PutAsync(service, publisher, "s");
        var check = await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey);
        Assert.Equal((202, "ok"), (check.Status, Text(check, "status")));
        Assert.Equal(404, (await service.PostAsync("/api/sources/t/check", bearer: TestService.AdminKey)).Status);

        var all = await ListAsync(service);
        Assert.Equal(["s-a", "s-b", "s-c"], all.Select(one => one.GetProperty("keyDateId").GetString()).Order());
        var first = all[0];
        Assert.Equal(("added", JsonValueKind.Null, "s"),
            (first.GetProperty("change").GetString(), first.GetProperty("current").ValueKind,
                first.GetProperty("sourceId").GetString()));
        Assert.Equal(["ecb"],
            first.GetProperty("proposed").GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()));
        Assert.Equal((0, 0),
            (first.GetProperty("affected").GetProperty("email").GetInt32(),
                first.GetProperty("affected").GetProperty("webhook").GetInt32()));
        var ids = all.ToDictionary(one => one.GetProperty("keyDateId").GetString()!, one =>
            one.GetProperty("id").GetString()!);

        Assert.Equal(200, await DecideAsync(service, $"{ids["s-a"]}/accept"));
        Assert.Equal(409, await DecideAsync(service, $"{ids["s-a"]}/accept"));
        Assert.Equal(409, await DecideAsync(service, $"{ids["s-a"]}/reject"));
        Assert.Equal(200, await DecideAsync(service, $"{ids["s-b"]}/reject"));
        Assert.Equal(404, await DecideAsync(service, "prop_aaaaaaaaaaaaaaaaaaaaaaaaaa/accept"));
        Assert.Equal(404, await DecideAsync(service, "prop_aaaaaaaaaaaaaaaaaaaaaaaaaa/reject"));
        Assert.Equal(409, await DecideAsync(service, "accept", $$"""{"ids":["{{ids["s-c"]}}","{{ids["s-b"]}}"]}"""));
        Assert.Single(await ListAsync(service));
        Assert.Equal(200, await DecideAsync(service, "accept", $$"""{"ids":["{{ids["s-c"]}}"]}"""));
        Assert.Equal(400, await DecideAsync(service, "accept", """{"ids":[]}"""));
        Assert.Equal(404, (await service.GetAsync("/api/dates/s-b")).Status);
        Assert.Equal("read from s",
            (await service.GetAsync("/api/dates/s-c/history")).Json.GetProperty("items")[0].GetProperty("reason")
                .GetString());
    }

    [Fact]
    public async Task A_date_carries_where_it_comes_from_and_no_etag_covers_when()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var service = await TestService.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2025-12-01 A");
        await PutAsync(service, publisher, "s");
        await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey);
        await DecideAsync(service, $"{(await ListAsync(service))[0].GetProperty("id").GetString()}/accept");
        await service.AddDateAsync("own", "2025-12-05");
        var date = await service.GetAsync("/api/dates/s-a");
        Assert.Equal(("s", "2025-10-24T00:00:00Z", false),
            (Text(date, "sourceId"), Text(date, "checkedAt"), date.Json.GetProperty("pinned").GetBoolean()));
        Assert.False((await service.GetAsync("/api/dates/own")).Json.TryGetProperty("sourceId", out _));
        var list = await service.GetAsync("/api/dates");

        // Within the second for which a response may be kept.
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromMilliseconds(500));
        await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey);
        Assert.Equal("2025-10-24T00:00:00.5Z", Text(await service.GetAsync("/api/dates/s-a"), "checkedAt"));

        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(3));
        await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey);
        var again = await service.GetAsync("/api/dates/s-a");
        Assert.Equal("2025-10-24T03:00:00Z", Text(again, "checkedAt"));
        Assert.Equal(date.Headers["ETag"], again.Headers["ETag"]);
        var listed = await service.GetAsync("/api/dates");
        Assert.Equal(list.Headers["ETag"], listed.Headers["ETag"]);
        Assert.Contains("2025-10-24T03:00:00Z", listed.Text, StringComparison.Ordinal);
        Assert.Equal(304,
            (await service.SendAsync(HttpMethod.Get, "/api/dates", headers: ("If-None-Match", list.Headers["ETag"])))
                .Status);

        // The body of a GET can be sent back, and an edit by hand pins the date.
        Assert.Equal(200, (await service.PutDateAsync("s-a", again.Text)).Status);
        var edited = await service.PutDateAsync("s-a",
            again.Text.Replace("\"A\"", "\"Mine\"", StringComparison.Ordinal));
        Assert.True(edited.Json.GetProperty("pinned").GetBoolean());
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(6));
        Assert.Contains("Checked 3 hours ago at its source", (await service.GetAsync("/dates/s-a")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_fails_for_a_day_is_failing_everywhere()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var service = await TestService.StartAsync();
        await PutAsync(service, publisher, "s");
        var failed = await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey);
        Assert.Equal(("retrying", "the answer was 404"), (Text(failed, "status"), Text(failed, "error")));
        Assert.Empty(await FailuresAsync(service));
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(25));
        Assert.Equal("failing",
            Text(await service.PostAsync("/api/sources/s/check", bearer: TestService.AdminKey), "status"));
        Assert.Equal(["source s"], await FailuresAsync(service));
    }

    private static async Task<IEnumerable<string?>> FailuresAsync(TestService service) =>
        [.. (await service.GetAsync("/api/stats", TestService.AdminKey)).Json.GetProperty("failures").EnumerateArray()
            .Select(one => one.GetProperty("part").GetString())];

    private static Task<Reply> PutAsync(TestService service, FakePublisher publisher, string id,
        string body = Calendar) =>
        service.SendAsync(HttpMethod.Put, "/api/sources/" + id,
            body.Replace("{url}", publisher.Url, StringComparison.Ordinal), TestService.AdminKey);

    private static async Task<List<JsonElement>> ListAsync(TestService service) =>
        [.. (await service.GetAsync("/api/proposals", TestService.AdminKey)).Json.GetProperty("items")
            .EnumerateArray()];

    private static async Task<int> DecideAsync(TestService service, string path, string? body = null) =>
        (await service.PostAsync("/api/proposals/" + path, body, TestService.AdminKey)).Status;

    private static string? Text(Reply reply, string name) => reply.Json.GetProperty(name).GetString();
}
