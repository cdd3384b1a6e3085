using Alerts.Subscriptions;
using Microsoft.Playwright;
using MimeKit;

namespace Alerts.Tests.EndToEnd;

[Collection(nameof(Chromium))]
public sealed class A_reader_subscribes_and_leaves_by_the_pages(Chromium chromium)
{
    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 8, 0);

    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    public async Task From_the_front_page_to_an_alert_and_out_again(int width, bool hasScript)
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        await service.PutDateAsync("truce", "US-China tariff truce expires", "2025-11-10", "00:01", Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript);
        var page = visitor.Page;

        await page.GotoAsync("/");
        await page.ClickAsync("text=Get alerts");
        await page.FillAsync("#address", "reader@example.com");
        if (!hasScript)
        {
            await page.FillAsync("#timeZone", "munich");
            await page.ClickAsync("button:text('Preview')");
        }

        // The reminders are 7 days and 1 day before 10 November 06:01 in Berlin, at 09:00 there.
        await Expect(page.Locator("#preview")).ToContainTextAsync("3 Nov 2025, 09:00 Berlin");
        await Expect(page.Locator("#preview")).ToContainTextAsync("1 day before: US-China tariff truce expires");
        Assert.Equal("reader@example.com", await page.InputValueAsync("#address"));
        await visitor.FitsAsync();
        await page.ClickAsync("button:text('Subscribe')");
        Assert.Contains(
            "We are sending an email to reader@example.com", await visitor.TextAsync(), StringComparison.Ordinal);

        await page.GotoAsync(Link(await service.MailAsync("confirm", Cancel), "/confirm/"));
        await page.ClickAsync("button:text('Confirm')");
        Assert.Contains("Your alerts are on.", await visitor.TextAsync(), StringComparison.Ordinal);
        await Expect(page.Locator("main")).ToContainTextAsync("3 Nov 2025, 09:00 Berlin");
        Assert.NotNull(await page.GetAttributeAsync("a:text('Your dates as a calendar')", "href"));
        var welcome = await service.MailAsync("Your deadline alerts are on", Cancel);
        Assert.Contains(
            "3 Nov 2025, 09:00 Berlin: US-China tariff truce expires", welcome.TextBody, StringComparison.Ordinal);
        await page.ClickAsync("a:text('See, change or end your alerts')");
        Assert.Equal(Link(welcome, "/manage/"), page.Url);

        service.JumpTo(Instant.FromUtc(2025, 11, 3, 8, 0));
        var reminder = await service.MailAsync("In 7 days: US-China tariff truce expires", Cancel);
        await page.GotoAsync(Link(reminder, "/manage/"));
        await Expect(page.Locator("table")).ToContainTextAsync("delivered");
        await visitor.FitsAsync();
        await page.ClickAsync("summary:text('Change your alerts')");
        await page.CheckAsync("label:has-text('1 hour before') input");
        await page.ClickAsync("button:text('Save')");
        Assert.Contains("Saved.", await visitor.TextAsync(), StringComparison.Ordinal);
        Assert.Contains(
            "1 hour before: US-China tariff truce expires", await visitor.TextAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button:text('Send a test')");
        Assert.Contains("We are sending a message", await visitor.TextAsync(), StringComparison.Ordinal);
        await service.MailAsync("test", Cancel);

        await page.GotoAsync(Link(reminder, "/unsubscribe/"));
        await page.ClickAsync("button:text('Unsubscribe')");
        Assert.Contains("The subscription has ended", await visitor.TextAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button:text('Undo')");
        Assert.Contains("The subscription is active again", await visitor.TextAsync(), StringComparison.Ordinal);
        await page.GotoAsync(Link(reminder, "/unsubscribe/"));
        await page.ClickAsync("button:text('Unsubscribe')");
        await page.GotoAsync(Link(reminder, "/manage/"));
        Assert.Contains("ended", await visitor.TextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Going_back_and_sending_the_form_again_makes_nothing_twice()
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, 1440, hasScript: true);
        var page = visitor.Page;
        await page.GotoAsync("/subscribe");
        await page.FillAsync("#address", "reader@example.com");
        await page.FillAsync("#moreLeads", "2 weeks");
        await page.FillAsync("#timeZone", "Asia/Tokyo");
        var key = await page.InputValueAsync("[name=key]");
        await page.ClickAsync("button:text('Subscribe')");
        await Expect(page.Locator("main")).ToContainTextAsync("We are sending an email");

        await page.GoBackAsync();

        await Expect(page.Locator("[name=key]")).ToHaveValueAsync(key);
        Assert.Equal(
            ("reader@example.com", "2 weeks", "Asia/Tokyo"),
            (await page.InputValueAsync("#address"), await page.InputValueAsync("#moreLeads"),
                await page.InputValueAsync("#timeZone")));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_first_time_visitor_needs_one_page_one_field_and_one_press(int width)
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        await service.PutDateAsync("truce", "US-China tariff truce expires", "2025-11-10", "00:01", Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width);
        var pages = new List<string>();
        visitor.Page.Load += (_, page) => pages.Add(new Uri(page.Url).AbsolutePath);
        var keyboard = new Keyboard(visitor.Page);

        await visitor.Page.GotoAsync("/subscribe");
        await keyboard.WriteAsync("address", "reader@example.com", "reader@example.com");
        await keyboard.FollowAsync();
        await visitor.ReadsAsync("We are sending an email to reader@example.com");

        Assert.Equal(["/subscribe", "/subscribe"], pages); // the form and its result
        Assert.InRange(keyboard.Presses - "reader@example.com".Length, 2, 10); // Tab to the field, then Enter
        var mail = await service.MailAsync("confirm", Cancel);
        Assert.Equal("reader@example.com", mail.To.ToString());
        // the time zone comes from the browser
        Assert.Contains("09:00 Berlin time", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(
            1,
            (await service.Get<ISubscriptions>().CountAsync(Cancel))
                .Single(count => count is { Channel: "email", Status: SubscriptionStatus.Pending })
                .Count);
    }

    // Every mail we send has a text part.
    private static string Link(MimeMessage mail, string path) =>
        mail.TextBody!.Split([' ', '\n', '\r', '<', '>'], StringSplitOptions.RemoveEmptyEntries)
            .First(word => word.Contains(path, StringComparison.Ordinal));

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
