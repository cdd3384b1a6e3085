using Alerts.Sources;
using Alerts.Tests.Sources;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>Uses the pages for sources and proposals in a browser.</summary>
[Collection(nameof(Chromium))]
public sealed class An_operator_reviews_what_sources_say(Chromium chromium)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_calendar_is_added_read_and_reviewed_by_keyboard(int width)
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("rates 2026-03-19 Rates are set",
            "minutes 2026-04-09 Minutes are published");
        await using var service = await ServiceAsync();
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript: width > 400);
        var keyboard = new Keyboard(visitor.Page);
        await visitor.Page.GotoAsync("/admin");
        await keyboard.WriteAsync("key", WholeService.AdminKey, WholeService.AdminKey);
        await keyboard.FollowAsync();
        await keyboard.FollowToAsync("Sources");
        await keyboard.FollowToAsync("Add a source");
        await keyboard.WriteAsync("id", "ecb", "ecb");
        await keyboard.WriteAsync("url", publisher.Url + "/c.ics", publisher.Url + "/c.ics");
        await keyboard.WriteAsync("topics", "rates", "rates");
        await keyboard.WriteAsync("timeZone", "Europe/Berlin", "Europe/Berlin");
        await visitor.FitsAsync();
        await keyboard.FollowToAsync("Save");
        await visitor.ReadsAsync("The source is saved.", "ecb");
        await keyboard.FollowToAsync("Read now");
        await visitor.ReadsAsync("works", "Checked just now at its source");
        await keyboard.FollowToAsync("Proposals");
        await visitor.ReadsAsync("2 changes wait for review.", "Rates are set", "Minutes are published");
        await visitor.FitsAsync();
        await keyboard.FollowToAsync("Accept Rates are set");
        await visitor.ReadsAsync("1 change was accepted.", "1 change waits for review.");
        await keyboard.FollowToAsync("Reject Minutes are published");
        await visitor.ReadsAsync("1 change was rejected.", "Nothing waits for review.");
        await visitor.Page.GotoAsync("/dates/ecb-rates");
        await visitor.ReadsAsync("Checked just now at its source", "Rates");
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task Axe_finds_nothing_on_the_pages_of_sources()
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("rates 2026-03-19 Rates are set",
            "old 2026-04-09 Minutes");
        await using var service = await ServiceAsync();
        var edits = service.Get<SourceEdits>();
        var source = new Source
        {
            Id = "ecb",
            Type = SourceType.ICalendar,
            Url = publisher.Url + "/c.ics",
            TimeZone = DateTimeZone.Utc,
            Topics = ["ecb"]
        };
        await edits.PutAsync(source, Cancel);
        await edits.PutAsync(source with { Id = "gone", Url = publisher.Url + "/gone.ics" }, Cancel);
        await edits.PutAsync(ExampleSources.All[0], Cancel);
        await service.Get<SourceReads>().CheckAsync("ecb", Cancel);
        var proposals = service.Get<Proposals>();
        var places = await service.Get<ISources>().ProposalsAsync(null, 10, Cancel);
        await proposals.AcceptAsync([.. places.Where(one => one.KeyDateId == "ecb-rates").Select(one => one.Id)],
            Cancel);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("rates 2026-03-26 Rates are set at last",
            "old 2026-04-09 Minutes", "bad someday Bad");
        await service.Get<SourceReads>().CheckAsync("ecb", Cancel);
        await service.Get<SourceReads>().CheckAsync("gone", Cancel);

        await using var visitor = await chromium.OpenAsync(service.Url);
        await visitor.Page.GotoAsync("/admin");
        await visitor.Page.FillAsync("#key", WholeService.AdminKey);
        await visitor.Page.ClickAsync("button:text('Sign in')");
        foreach (var path in (string[])["/admin/sources", "/admin/new-source", "/admin/sources/ecb",
            "/admin/proposals"])
        {
            await visitor.LookAtAsync(path, path[1..].Replace('/', '-'));
        }

        await visitor.Page.GotoAsync("/admin/new-source");
        await visitor.Page.ClickAsync("button:text('Save')");
        await visitor.LookAtAsync("admin-source-wrong");
        await visitor.Page.GotoAsync("/admin/sources/gone");
        await visitor.Page.ClickAsync("button:text('Remove')");
        await visitor.LookAtAsync("admin-source-remove");
        await visitor.Page.ClickAsync("button:text('Remove')");
        await visitor.ReadsAsync("The source is removed.");
        Assert.Empty(visitor.Complaints);
    }

    private static Task<WholeService> ServiceAsync() => WholeService.StartAsync(
        Instant.FromUtc(2026, 1, 5, 8, 0), Cancel, ("Alerts:Sources:AllowLoopback", "true"));
}
