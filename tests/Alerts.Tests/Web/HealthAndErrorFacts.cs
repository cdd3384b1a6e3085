using Alerts.Watch;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;

namespace Alerts.Tests.Web;

public sealed class HealthAndErrorFacts
{
    [Fact]
    public async Task Health_names_the_version_and_the_time_zone_data()
    {
        await using var service = await TestService.StartAsync();
        var health = await service.GetAsync("/healthz");
        Assert.Equal((200, """{"status":"ok","version":"0.1.0","tzdb":"2026f"}"""), (health.Status, health.Text));
    }

    [Fact]
    public async Task Ready_means_that_the_watcher_ran_lately()
    {
        await using var service = await TestService.StartAsync();
        Assert.Empty((await service.GetAsync("/readyz")).Pointers(503));

        await service.Get<Watcher>().RunAsync(CancellationToken.None);
        var ready = await service.GetAsync("/readyz");
        Assert.Equal((200, """{"status":"ready"}"""), (ready.Status, ready.Text));

        service.Clock.JumpTo(TestService.Start + Duration.FromMinutes(5));
        Assert.Equal(200, (await service.GetAsync("/readyz")).Status);
        service.Clock.JumpTo(TestService.Start + Duration.FromMinutes(5) + Duration.FromMilliseconds(1));
        Assert.Equal(503, (await service.GetAsync("/readyz")).Status);
    }

    [Theory]
    [InlineData("GET", "/api/nothing-here", 404)]
    [InlineData("DELETE", "/api/dates", 405)]
    [InlineData("POST", "/healthz", 405)]
    [InlineData("GET", "/nothing-here", 404)]
    public async Task What_is_not_there_is_a_problem_for_programs(string method, string path, int status)
    {
        await using var service = await TestService.StartAsync();
        var reply = await service.SendAsync(new HttpMethod(method), path);
        Assert.Empty(reply.Pointers(status));
        Assert.Equal(status == 405, reply.Headers.ContainsKey("Allow"));
    }

    [Fact]
    public async Task What_is_not_there_is_a_page_for_people()
    {
        await using var service = await TestService.StartAsync();
        var page = await service.SendAsync(HttpMethod.Get, "/nothing/here", headers: ("Accept", "text/html,*/*;q=0.8"));
        Assert.Equal((404, "text/html"), (page.Status, page.Type));
        Assert.Contains("href=\"../\"", page.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await service.GetAsync("/dates/nobody-knows")).Status);
    }

    [Theory]
    [InlineData("POST", "We cannot save anything at the moment. Please try again in a few minutes.")]
    [InlineData("GET", "We cannot show this page at the moment. Please try again in a few minutes.")]
    public async Task People_read_of_a_full_disk_in_their_words(string method, string said)
    {
        await using var service = await TestService.StartAsync(also: app => app.Map(
            "/full", string () => throw new SqliteException("database or disk is full", 13)));
        var page = await service.SendAsync(new HttpMethod(method), "/full", headers: ("Accept", "text/html"));
        Assert.Equal((503, "text/html", "5"), (page.Status, page.Type, page.Headers["Retry-After"]));
        Assert.Contains(said, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("store", page.Text, StringComparison.Ordinal);
        Assert.Empty((await service.SendAsync(new HttpMethod(method), "/full")).Pointers(503));
    }

    [Fact]
    public async Task An_error_of_the_service_tells_no_details()
    {
        await using var service = await TestService.StartAsync(also: app =>
            app.MapGet("/api/broken", string () => throw new InvalidOperationException("the inside story")));
        var reply = await service.GetAsync("/api/broken");
        Assert.Empty(reply.Pointers(500));
        Assert.DoesNotContain("inside", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("application/merge-patch+json", 200)]
    [InlineData("application/x-www-form-urlencoded", 200)] // the default of curl
    [InlineData("text/plain;charset=UTF-8", 200)] // the default of fetch
    [InlineData("application/xml", 415)]
    [InlineData("multipart/form-data; boundary=x", 415)]
    [InlineData("nonsense", 415)]
    public async Task A_body_of_another_format_is_refused_as_such(string contentType, int status)
    {
        await using var service = await TestService.StartAsync();
        using var content = new StringContent("""{"leads":["P1D"],"timeZone":"UTC"}""");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await service.Client.PostAsync(
            new Uri("/api/subscriptions/preview", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(
            status == 200 ? "application/json" : "application/problem+json",
            response.Content.Headers.ContentType?.MediaType);
    }
}
