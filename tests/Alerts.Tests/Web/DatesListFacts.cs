namespace Alerts.Tests.Web;

public sealed class DatesListFacts
{
    [Fact]
    public async Task Dates_are_listed_by_start_then_id_page_after_page()
    {
        await using var service = await TestService.StartAsync();
        foreach (var (id, on) in new[]
            {
                ("d", "2025-12-02"),
                ("b", "2025-12-01"),
                ("c", "2025-12-02"),
                ("a", "2025-12-03"),
                ("e", "1950-01-01"),
            })
        {
            await service.AddDateAsync(id, on);
        }

        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await service.GetAsync($"/api/dates?limit=2&cursor={cursor}");
            Assert.InRange(page.Items.Count(), 1, 2);
            ids.AddRange(page.Items.Select(item => item.GetProperty("id").GetString()));
            cursor = page.Json.GetProperty("cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(["e", "b", "c", "d", "a"], ids);
    }

    [Theory]
    [InlineData("topic=tariffs", "trade,summit")]
    [InlineData("topic=nothing", "")]
    [InlineData("from=2025-11-02", "summit,cancelled")]
    [InlineData("to=2025-11-01", "trade,summit")]
    [InlineData("from=2025-11-02&to=2025-11-02", "summit")]
    [InlineData("status=cancelled", "cancelled")]
    [InlineData("topic=&from=&to=&status=", "trade,summit,cancelled")]
    public async Task Dates_are_found_by_topic_day_and_status(string query, string ids)
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync(
            "trade", """{"title":"x","topics":["tariffs"],"when":{"date":"2025-10-31","timeZone":"UTC"}}""");
        await service.PutDateAsync(
            "summit",
            """
            {"title":"x","topics":["tariffs","apec"],
            "when":{"date":"2025-11-01","timeZone":"UTC"},"end":{"date":"2025-11-02"}}
            """);
        await service.PutDateAsync(
            "cancelled", """{"title":"x","when":{"date":"2025-11-03","timeZone":"UTC"},"status":"cancelled"}""");
        Assert.Equal(
            ids,
            string.Join(
                ',',
                (await service.GetAsync("/api/dates?" + query)).Items.Select(item => item.GetProperty("id").GetString())
            ));
    }

    [Theory]
    [InlineData("limit=0", "/limit")]
    [InlineData("limit=201", "/limit")]
    [InlineData("limit=many", "/limit")]
    [InlineData("from=yesterday", "/from")]
    [InlineData("to=2025-02-29", "/to")]
    [InlineData("status=occurred", "/status")]
    [InlineData("topic=A%20B", "/topic")]
    [InlineData("cursor=%25%25", "/cursor")]
    [InlineData("cursor=bm90aGluZw", "/cursor")]
    [InlineData("from=2025-01-01&from=2025-01-02", "/from")]
    public async Task A_wrong_question_is_refused_with_its_name(string query, string field)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal([field], (await service.GetAsync("/api/dates?" + query)).Pointers(400));
    }
}
