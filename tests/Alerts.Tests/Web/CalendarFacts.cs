using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

/// <summary>Tests the calendars to subscribe to with other people's libraries.</summary>
public sealed class CalendarFacts
{
    private const string NewYork = "\"timeZone\":\"America/New_York\"";

    [Fact]
    public async Task Each_date_is_an_event_that_all_readers_understand_alike()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync(
            "truce",
            $$$"""
            {"title":"Truce; ends, or","summary":"One.\n two","topics":["us-china","tariffs"],
            "when":{"date":"2025-11-10","time":"00:01",{{{NewYork}}}},"source":"https://example.org/a?b=1&c=2"}
            """);
        await service.PutDateAsync(
            "truce",
            $$$"""
            {"title":"Truce; ends, or","summary":"One.\n two","topics":["us-china","tariffs"],
            "when":{"date":"2026-07-10","time":"00:01",{{{NewYork}}}},"source":"https://example.org/a?b=1&c=2"}
            """);
        await service.PutDateAsync(
            "summit",
            """
            {"title":"Summit","when":{"date":"2025-10-31","timeZone":"Asia/Seoul"},
            "end":{"date":"2025-11-01"},"status":"tentative"}
            """);
        await service.PutDateAsync(
            "twice", $$$"""{"title":"Twice","when":{"date":"2025-11-02","time":"01:30",{{{NewYork}}}}}""");
        await service.PutDateAsync(
            "never",
            $$$"""
            {"title":"Never","when":{"date":"2026-03-08","time":"02:30",{{{NewYork}}}},
            "end":{"date":"2026-03-09","time":"02:30"}}
            """);
        await service.PutDateAsync(
            "world", """{"title":"World","when":{"date":"2025-12-01","time":"12:00","timeZone":"UTC"}}""");
        await service.PostAsync("/api/dates/world/cancel", bearer: TestService.AdminKey);

        var reply = await service.GetAsync("/calendar.ics");
        Assert.Equal((200, "text/calendar"), (reply.Status, reply.Type));
        foreach (var entries in (await CalendarReaders.ReadAsync(reply.Text)).Values)
        {
            Assert.Equal(
                [
                    "never 0 CONFIRMED 2026-03-08T07:30:00Z 2026-03-09T06:30:00Z Never |  |  | "
                    + "https://alerts.example.com/dates/never",
                    "summit 0 TENTATIVE 2025-10-31 2025-11-02 Summit |  |  | https://alerts.example.com/dates/summit",
                    "truce 1 CONFIRMED 2026-07-10T04:01:00Z 2026-07-10T04:01:00Z Truce; ends, or | One.\n two | "
                    + "us-china,tariffs | https://example.org/a?b=1&c=2",
                    "twice 0 CONFIRMED 2025-11-02T05:30:00Z 2025-11-02T05:30:00Z Twice |  |  | "
                    + "https://alerts.example.com/dates/twice",
                    "world 1 CANCELLED 2025-12-01T12:00:00Z 2025-12-01T12:00:00Z World |  |  | "
                    + "https://alerts.example.com/dates/world",
                ],
                entries.Select(entry => entry.Line));
        }

        var lines = reply.Text.Split("\r\n");
        Assert.Contains("DTSTART;TZID=America/New_York:20260710T000100", lines);
        Assert.Contains("DTSTAMP:20251024T000000Z", lines);
        Assert.Contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H", lines);
        Assert.Contains("X-PUBLISHED-TTL:PT1H", lines);
        Assert.Single(lines, "BEGIN:VTIMEZONE");
    }

    [Fact]
    public async Task A_topic_narrows_it_and_a_long_list_comes_whole()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 501; i++)
        {
            await service.AddDateAsync($"d-{i}", "2025-11-10", topic: i == 7 ? "summits" : "tariffs");
        }

        var all = CalendarReaders.ByIcalNet((await service.GetAsync("/calendar.ics")).Text);
        Assert.Equal(501, all.DistinctBy(entry => entry.Uid).Count());
        Assert.Equal(
            "d-7",
            Assert.Single(CalendarReaders.ByIcalNet((await service.GetAsync("/calendar.ics?topic=summits")).Text)).Uid);
        Assert.Empty(CalendarReaders.ByIcalNet((await service.GetAsync("/calendar.ics?topic=unknown")).Text));
        Assert.Equal(["/topic"], (await service.GetAsync("/calendar.ics?topic=No!")).Pointers(400));
    }

    [Fact]
    public async Task Who_has_it_gets_a_304_until_something_changes()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var first = await service.GetAsync("/calendar.ics");
        var tag = first.Headers["ETag"];
        async Task<int> AgainAsync() =>
            (await service.SendAsync(HttpMethod.Get, "/calendar.ics", headers: ("If-None-Match", tag))).Status;

        service.Clock.JumpTo(TestService.Start + Duration.FromDays(30));
        Assert.Equal(304, await AgainAsync());
        Assert.Equal(
            (200, ""),
            (
                (await service.SendAsync(HttpMethod.Head, "/calendar.ics")).Status,
                (await service.SendAsync(HttpMethod.Head, "/calendar.ics")).Text));
        Assert.NotEqual(tag, (await service.GetAsync("/calendar.ics?topic=tariffs")).Headers["ETag"]);
        await service.PutDateAsync(
            "truce", """{"title":"Edited","when":{"date":"2025-11-10","time":"12:00","timeZone":"UTC"}}""");
        Assert.Equal(200, await AgainAsync());
    }

    [Fact]
    public async Task A_subscription_has_a_calendar_of_what_it_follows_that_rings_when_its_alerts_are_due()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        await service.AddDateAsync("gone", "2025-11-12");
        await service.AddDateAsync("summit", "2025-11-10", topic: "summits");
        await service.PostAsync("/api/dates/gone/cancel", bearer: TestService.AdminKey);
        await service.PostAsync(
            "/api/subscriptions",
            """
            {"channel":{"type":"email","address":"reader@example.com"},"topics":["tariffs"],
            "leads":["P7D","PT1H","P30D"],"timeZone":"Asia/Tokyo","at":"08:00"}
            """);
        var subscription = (await service.Settle("email", new Delivered(250, "ok"))).Single().Subscription;
        var address = Address(service, subscription);

        await service.Get<ISubscriptions>().ConfirmAsync(subscription.Id, CancellationToken.None);
        var reply = await service.GetAsync(address);

        Assert.Equal((200, "no-cache, private"), (reply.Status, reply.Headers["Cache-Control"]));
        var entries = (await CalendarReaders.ReadAsync(reply.Text))["ical.js"];
        Assert.Equal(
            ["gone CANCELLED ", "truce CONFIRMED 2025-11-02T23:00:00Z 2025-11-10T11:00:00Z"],
            entries.Select(entry => $"{entry.Uid} {entry.Status} {string.Join(' ', entry.Alarms)}"));
        Assert.Contains(
            $"UID:{Alerts.Ledger.AlertKey.Of(subscription.Id, "truce", 1, Alerts.Due.AlertKind.Reminder, "P7D")}",
            reply.Text,
            StringComparison.Ordinal);

        await service.Get<ISubscriptions>().EndAsync(subscription.Id, CancellationToken.None);
        Assert.Equal(404, (await service.GetAsync(address)).Status);
    }

    [Fact]
    public async Task A_request_that_waits_for_its_confirmation_has_a_calendar_until_it_lapses()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        var subscription = await service.SubscribeEmailAsync();
        var address = Address(service, subscription);

        var reply = await service.GetAsync(address);
        Assert.Equal(200, reply.Status);
        Assert.Equal("truce", Assert.Single(CalendarReaders.ByIcalNet(reply.Text)).Uid);
        Assert.Equal(
            SubscriptionStatus.Pending,
            (await service.Get<ISubscriptions>().FindAsync(subscription.Id, CancellationToken.None))!.Status);

        service.Clock.JumpTo(TestService.Start + SubscriptionLimits.Pending);
        Assert.Equal(404, (await service.GetAsync(address)).Status);
    }

    [Fact]
    public async Task One_date_is_a_calendar_of_its_own_and_its_page_links_it()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-11-10");
        await service.AddDateAsync("other", "2025-11-11");
        var reply = await service.GetAsync("/dates/truce.ics");
        Assert.Equal((200, "text/calendar"), (reply.Status, reply.Type));
        Assert.Equal("truce", Assert.Single(CalendarReaders.ByIcalNet(reply.Text)).Uid);
        Assert.Equal(304, (await service.SendAsync(
            HttpMethod.Get, "/dates/truce.ics", headers: ("If-None-Match", reply.Headers["ETag"]))).Status);
        Assert.Equal(404, (await service.GetAsync("/dates/unknown.ics")).Status);
        var page = (await service.GetAsync("/dates/truce")).Text;
        Assert.Contains("dates/truce.ics\"", page, StringComparison.Ordinal);
        Assert.Contains("dates=20251110T120000Z/20251110T120000Z", page, StringComparison.Ordinal);
        Assert.Contains("startdt=2025-11-10T12:00:00Z", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_its_own_token_opens_a_calendar()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        await service.Get<ISubscriptions>().ConfirmAsync(subscription.Id, CancellationToken.None);
        var tokens = service.Get<Tokens>();

        Assert.Equal(200, (await service.GetAsync(Address(service, subscription))).Status);
        Assert.Equal(
            404, (await service.GetAsync($"/calendar/{tokens.Make(TokenPurpose.Manage, subscription)}.ics")).Status);
        Assert.Equal(404, (await service.GetAsync(Address(service, subscription with { Generation = 2 }))).Status);
        Assert.Equal(404, (await service.GetAsync("/calendar/nonsense.ics")).Status);
        Assert.Equal(
            404, (await service.GetAsync("/manage/" + tokens.Make(TokenPurpose.Calendar, subscription))).Status);
        Assert.Contains(
            Address(service, subscription)[1..],
            (await service.GetAsync("/manage/" + tokens.Make(TokenPurpose.Manage, subscription))).Text,
            StringComparison.Ordinal);
    }

    private static string Address(TestService service, Subscription subscription) =>
        $"/calendar/{service.Get<Tokens>().Make(TokenPurpose.Calendar, subscription)}.ics";
}
