using System.Net;
using System.Text.RegularExpressions;
using Alerts.Ledger;

namespace Alerts.Tests.Web;

/// <summary>What the pages say about a webhook's endpoint.</summary>
public sealed class WebhookPagesFacts
{
    private const string Challenge = "the value of data.challenge";
    private const string Header = "with 200 and the header WebHook-Allowed-Origin: alerts.example.com";

    [Theory]
    [InlineData("standard", Challenge, Header)]
    [InlineData("cloudevents", Header, Challenge)]
    public async Task Each_format_says_how_its_endpoint_consents(string format, string said, string unsaid)
    {
        await using var service = await TestService.StartAsync();
        var subscribed = await SubscribeAsync(service, format);
        var manage = Regex.Match(subscribed, "https://alerts.example.com(/manage/[^<\"]+)").Groups[1].Value;

        foreach (var page in (string[])[subscribed, await PageAsync(service, manage)])
        {
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.DoesNotContain(unsaid, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pending_endpoint_shows_its_answer_and_says_once_how_to_consent()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync("/api/subscriptions",
            """{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":["P1D"],"timeZone":"UTC"}""");
        var manage = "/manage/" + made.Json.GetProperty("manageToken").GetString();
        await service.Settle("webhook", new TryAgain(200, "No consent. The answer was: ok"));

        var page = await PageAsync(service, manage);

        Assert.Contains("It answered 200 (24 Oct 2025, 00:00 UTC): No consent. The answer was: ok", page,
            StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "data.challenge"));
    }

    [Fact]
    public async Task An_attempt_without_an_answer_says_so_once()
    {
        await using var service = await TestService.StartAsync();
        var made = await service.PostAsync("/api/subscriptions",
            """{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":["P1D"],"timeZone":"UTC"}""");
        await service.Settle("webhook", new TryAgain(null, "no connection could be made"));

        var page = await PageAsync(service, "/manage/" + made.Json.GetProperty("manageToken").GetString());

        Assert.Contains("The last attempt failed (24 Oct 2025, 00:00 UTC): no connection could be made", page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("no answer", page, StringComparison.Ordinal);
    }

    private static async Task<string> SubscribeAsync(TestService service, string format)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["do"] = "subscribe",
            ["channel"] = "webhook",
            ["url"] = "https://example.com/hook",
            ["format"] = format,
            ["leads"] = "P1D",
            ["timeZone"] = "Berlin",
            ["at"] = "09:00",
        });
        using var answer = await service.Client.PostAsync("/subscribe", form, Cancel);
        Assert.Equal(201, (int)answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> PageAsync(TestService service, string path) =>
        WebUtility.HtmlDecode((await service.GetAsync(path)).Text);
}
