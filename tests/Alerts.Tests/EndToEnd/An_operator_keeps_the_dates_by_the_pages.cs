using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

[Collection(nameof(Chromium))]
public sealed class An_operator_keeps_the_dates_by_the_pages(Chromium chromium)
{
    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    public async Task A_date_is_added_and_moved_and_those_who_were_told_hear_of_it_and_their_calendars_move_it(
        int width, bool hasScript)
    {
        await using var service = await WholeService.StartAsync(Instant.FromUtc(2025, 10, 24, 8, 0), Cancel);
        var subscriptions = service.Get<ISubscriptions>();
        var reader = (
            await subscriptions.SubscribeEmailAsync(
                "reader@example.com",
                World.Preferences("P7D", "Europe/Berlin"),
                SubscriptionIdentity.Random(),
                Cancel))!;
        await subscriptions.ConfirmAsync(reader.Id, Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript);
        var page = visitor.Page;

        await page.GotoAsync("/admin");
        await page.FillAsync("#key", WholeService.AdminKey);
        await page.Keyboard.PressAsync("Enter");
        await page.ClickAsync("nav >> text=Dates");
        await page.ClickAsync("text=Add a date");
        await page.FillAsync("#id", "truce");
        await page.FillAsync("#title", "US-China tariff truce expires");
        await page.FillAsync("#when-date", "2025-10-27");
        await page.FillAsync("#when-time", "00:01");
        await page.FillAsync("#when-timeZone", "America/New_York");
        await visitor.FitsAsync();
        await page.ClickAsync("text=See who will be notified");
        Assert.Contains("1 subscriber will be notified of this date", await visitor.TextAsync(),
            StringComparison.OrdinalIgnoreCase);
        await page.ClickAsync("button:text('Save')");
        Assert.Contains("Saved.", await visitor.TextAsync(), StringComparison.Ordinal);
        await service.MailAsync("In 3 days", Cancel);
        Assert.All(await CalendarsAsync(), entry => Assert.Equal(("truce", 0, "2025-10-27T04:01:00Z"), entry));

        await page.ClickAsync("a:has-text('US-China tariff truce expires')");
        await page.FillAsync("#when-date", "2026-11-10");
        await page.FillAsync("#reason", "Extended for a year.");
        await page.ClickAsync("text=See who will be notified");
        Assert.Contains("1 subscriber will be notified", await visitor.TextAsync(), StringComparison.Ordinal);
        await visitor.FitsAsync();
        await page.ClickAsync("button:text('Save')");
        var moved = await service.MailAsync("Moved", Cancel);
        Assert.Contains("Extended for a year.", moved.TextBody, StringComparison.Ordinal);

        // The entry keeps its UID, so calendar programs move it instead of adding one.
        Assert.All(await CalendarsAsync(), entry => Assert.Equal(("truce", 1, "2026-11-10T05:01:00Z"), entry));
        Assert.Equal(
            ("truce", 1, "2026-11-10T05:01:00Z"),
            Entry(
                moved
                    .BodyParts.OfType<MimeKit.TextPart>()
                    .Single(part => part.ContentType.MimeType == "text/calendar")
                    .Text));

        await page.ClickAsync("nav >> text=Deliveries");
        Assert.Contains("delivered", await visitor.TextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.Complaints);

        // Reads the calendar of all dates and the reader's own.
        async Task<IReadOnlyList<(string Uid, int Sequence, string Start)>> CalendarsAsync() =>
            [
                Entry(await service.Http.GetStringAsync("/calendar.ics", Cancel)),
                Entry(
                    await service.Http.GetStringAsync(
                        $"/calendar/{service.Get<Tokens>().Make(TokenPurpose.Calendar, reader)}.ics", Cancel)),
            ];
    }

    private static (string Uid, int Sequence, string Start) Entry(string calendar)
    {
        var entry = Assert.Single(CalendarReaders.ByIcalNet(calendar));
        return (entry.Uid, entry.Sequence, entry.Start);
    }

    [Fact]
    public async Task Axe_finds_nothing_on_the_operators_pages_either()
    {
        await using var world = await PagesWorld.StartAsync(Instant.FromUtc(2025, 10, 24, 8, 0), Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url);
        await visitor.LookAtAsync("/admin", "admin-sign-in");
        await visitor.Page.FillAsync("#key", WholeService.AdminKey);
        await visitor.Page.ClickAsync("button:text('Sign in')");
        foreach (var path in (string[])
                ["/admin", "/admin/dates", "/admin/new", "/admin/dates/truce",
                    "/admin/dates/truce/cancel", "/admin/import", "/admin/deliveries"])
        {
            await visitor.LookAtAsync(path, path[1..].Replace('/', '-'));
        }

        var page = visitor.Page;
        await page.GotoAsync("/admin/dates/truce");
        await page.FillAsync("#when-date", "2026-12-10");
        await page.FillAsync("#reason", "Extended once more.");
        await page.ClickAsync("text=See who will be notified");
        await visitor.LookAtAsync("admin-check");
        await page.GotoAsync("/admin/new");
        await page.ClickAsync("text=See who will be notified");
        await visitor.LookAtAsync("admin-wrong");
        await page.GotoAsync("/admin/import");
        await page.FillAsync(
            "#text",
            """
            [
              {"id":"truce","title":"US-China tariff truce expires",
               "when":{"date":"2026-12-10","timeZone":"America/New_York"}},
              {"id":"new","title":"Something new","when":{"date":"2026-12-10","timeZone":"UTC"},"status":"tentative"}
            ]
            """);
        await page.ClickAsync("button:text('See what would change')");
        await visitor.LookAtAsync("admin-import-check");

        Assert.Empty(visitor.Complaints);
    }
}
