using Microsoft.Playwright;

namespace Alerts.Tests.EndToEnd;

[Collection(nameof(Chromium))]
public sealed class The_API_is_described_to_people(Chromium chromium)
{
    [Fact]
    public async Task The_page_of_the_API_shows_its_routes_and_asks_no_other_host_for_anything()
    {
        await using var service = await WholeService.StartAsync(Instant.FromUtc(2025, 10, 24, 8, 0), Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url);
        var asked = new List<Uri>();
        visitor.Page.Request += (_, request) => asked.Add(new Uri(request.Url));
        var refused = new List<string>();
        visitor.Page.Response += (_, response) =>
            refused.AddRange(response.Status < 400 ? [] : [$"{response.Status} {response.Url}"]);

        await visitor.Page.GotoAsync("/docs", new() { WaitUntil = WaitUntilState.NetworkIdle });
        var contract = new ApiContract(await service.Http.GetStringAsync("/openapi/v1.json", Cancel));
        foreach (var webhook in contract.Webhooks.Values)
        {
            await Assertions
                .Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = (string)webhook.Node["summary"]! }).First)
                .ToBeVisibleAsync(); // each has a summary
        }

        foreach (var operation in contract.Operations)
        {
            await Assertions
                .Expect(visitor.Page.Locator(
                    $"nav a[href$='{operation.Method}{operation.Path}'], "
                    + $"aside a[href$='{operation.Method}{operation.Path}']"))
                .ToHaveCountAsync(1);
        }

        var links = await visitor.Page.EvaluateAsync<string[]>("[...document.links].map(link => link.href)");
        Assert.DoesNotContain(links, link =>
            link.Contains(Uri.EscapeDataString(service.Url.Authority), StringComparison.Ordinal)
        ); // no other site learns of this service

        Assert.Contains(asked, uri => uri.AbsolutePath == "/openapi/v1.json");
        Assert.All(asked.Where(uri => uri.Scheme is not ("data" or "blob")), uri =>
            Assert.Equal(service.Url.Authority, uri.Authority));
        Assert.Empty(refused);
        Assert.Empty(visitor.Complaints);
    }
}
