using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

[Collection(nameof(Chromium))]
public sealed class Pages_are_for_everybody(Chromium chromium)
{
    /// <summary>
    /// Text that looks like markup, with characters that reverse the text direction, right-to-left letters and a
    /// four-byte character.
    /// </summary>
    private const string Hostile =
        "<script>alert(1)</script> \u202Etxet\u202C \u05E9\u05DC\u05D5\u05DD \U0001F6A2 & \"co\" 'n";

    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 8, 0);

    [Fact]
    public async Task Axe_finds_nothing_in_either_theme_and_nothing_sticks_out_on_a_phone()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url);
        foreach (var (path, name) in world.Pages())
        {
            await visitor.LookAtAsync(path, name);
        }

        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Axe_finds_nothing_on_the_pages_behind_a_button_either()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url);
        var page = visitor.Page;
        var readers = "/manage/" + world.Token(TokenPurpose.Manage, world.Reader);

        await page.GotoAsync("/subscribe");
        await page.FillAsync("#address", "nobody");
        await page.ClickAsync("button:text('Subscribe')");
        await visitor.LookAtAsync("subscribe-wrong");
        await page.FillAsync("#address", "new@example.com");
        await page.ClickAsync("button:text('Subscribe')");
        await visitor.LookAtAsync("subscribe-mail");
        var pending = await world.Service.MailAsync(
            "Please confirm your deadline alerts", Cancel, to: "new@example.com");
        await visitor.LookAtAsync(
            new Uri(
                pending.TextBody!.Split('\n').Single(line => line.Contains("/confirm/", StringComparison.Ordinal))
            ).AbsolutePath,
            "confirm"); // every mail has a text part

        await page.GotoAsync("/subscribe");
        await page.CheckAsync("[name=channel][value=webhook]");
        await page.FillAsync("#url", "https://hooks.example.com/other");
        await page.ClickAsync("button:text('Subscribe')");
        await visitor.LookAtAsync("subscribe-webhook");
        await page.ClickAsync("text=See, change or end your alerts");
        await page.ClickAsync("text=Make a new secret");
        await visitor.LookAtAsync("new-secret");

        await page.GotoAsync("/manage");
        await page.FillAsync("#address", "reader@example.com");
        await page.ClickAsync("text=Email me the links");
        await visitor.LookAtAsync("manage-lost-sent");
        await page.GotoAsync("/unsubscribe/" + world.Token(TokenPurpose.Unsubscribe, world.Reader));
        await page.ClickAsync("button:text('Unsubscribe')");
        await visitor.LookAtAsync("unsubscribed");
        await visitor.LookAtAsync(readers, "manage-ended");
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task A_start_is_said_again_only_to_readers_whose_clocks_differ()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        await world.Service.PutDateAsync(
            "near", """{"title":"Near","when":{"date":"2025-12-24","timeZone":"Europe/Paris"}}""", Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url); // from Berlin

        await visitor.Page.GotoAsync("/dates/near");
        Assert.DoesNotContain("Your time:", await visitor.TextAsync(), StringComparison.Ordinal);
        await visitor.Page.GotoAsync("/dates/truce");
        Assert.Contains("Your time: Tue, 10 Nov 2026, 06:01 CET", await visitor.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_others_stays_text()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        var summary = string.Concat(Enumerable.Repeat("\U0001F6A2 <b>", 333));
        await world.Service.PutDateAsync(
            "trap",
            System.Text.Json.JsonSerializer.Serialize(new
            {
                title = Hostile,
                summary,
                when = new { date = "2025-12-24", timeZone = "UTC" },
                reason = Hostile,
            }),
            Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url);
        foreach (var path in (string[])["/", "/dates/trap", "/subscribe?date=trap"])
        {
            await visitor.Page.GotoAsync(path);
            Assert.Contains(
                Hostile,
                await visitor.Page.EvaluateAsync<string>("document.querySelector('main').textContent"),
                StringComparison.Ordinal);
            await visitor.FitsAsync();
        }

        await visitor.Page.GotoAsync("/dates/trap");
        Assert.Contains(
            summary.Trim(),
            await visitor.Page.EvaluateAsync<string>("document.querySelector('main').textContent"),
            StringComparison.Ordinal);
        Assert.Empty(visitor.Complaints);
    }
}
