namespace Alerts.Tests.Web;

public sealed class QueryParameterFacts
{
    [Theory]
    [InlineData("/api/dates?topics=tariffs", "/topics", "write topic, from, to, status, limit, cursor")]
    [InlineData("/api/dates?topic=tariffs&form=2026-01-01", "/form", "write topic")]
    [InlineData("/api/dates/none?topic=tariffs", "/topic", "this route has no parameters")]
    [InlineData("/api/stats?x=", "/x", "this route has no parameters")]
    public async Task A_parameter_that_a_route_does_not_have_is_refused(string path, string place, string advice)
    {
        await using var service = await TestService.StartAsync();
        var answer = await service.SendAsync(HttpMethod.Get, path, null, TestService.AdminKey);

        Assert.Equal(400, answer.Status);
        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(place, error.GetProperty("pointer").GetString());
        Assert.Contains(advice, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/calendar.ics?utm_source=letter")]
    [InlineData("/feed.atom?utm_source=letter")]
    [InlineData("/?utm_source=letter")]
    [InlineData("/healthz?probe=1")]
    [InlineData("/api/dates?TOPIC=tariffs&limit=3")]
    public async Task Pages_feeds_and_known_parameters_are_answered(string path)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(200, (await service.GetAsync(path)).Status);
    }
}
