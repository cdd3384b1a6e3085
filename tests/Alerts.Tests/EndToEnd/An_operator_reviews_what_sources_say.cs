using Alerts.Sources;
using Alerts.Tests.Sources;
using Microsoft.Playwright;

namespace Alerts.Tests.EndToEnd;

/// <summary>Uses the pages for sources and proposals in a browser.</summary>
[Collection(nameof(Chromium))]
public sealed class An_operator_reviews_what_sources_say(Chromium chromium)
{
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
    public async Task A_register_is_added_in_plain_words()
    {
        await using var service = await ServiceAsync();
        await using var visitor = await chromium.OpenAsync(service.Url);
        var page = visitor.Page;
        await page.GotoAsync("/admin");
        await page.FillAsync("#key", WholeService.AdminKey);
        await page.ClickAsync("button:text('Sign in')");
        await page.GotoAsync("/admin/new-source");
        var form = await visitor.TextAsync();
        Assert.All(
            ["register only", "PT5M", "PRORULE", "effective_on", "slug"],
            word => Assert.DoesNotContain(word, form, StringComparison.OrdinalIgnoreCase));

        await page.FillAsync("#id", "ustr");
        await page.SelectOptionAsync("#type", new SelectOptionValue { Label = "US Federal Register" });
        await page.FillAsync("#term", "section 301");
        await page.GetByLabel("Proposed rules").CheckAsync();
        await page.GetByLabel("Presidential documents").CheckAsync();
        await page.GetByLabel("Comments close").CheckAsync();
        await page.SelectOptionAsync("#every", new SelectOptionValue { Label = "1 hour" });
        await page.FillAsync("#timeZone", "New York");
        await page.GetByLabel("Read it on schedule").UncheckAsync();
        await page.ClickAsync("button:text('Save')");
        await visitor.ReadsAsync("The source is saved.");

        var saved = (await service.Get<ISources>().FindAsync("ustr", Cancel))!.Source;
        Assert.Equal(
            ("section 301", "PRORULE PRESDOCU", "comments_close_on", "PT1H", "America/New_York", false),
            (saved.Query!.Term, string.Join(' ', saved.Query.Types), string.Join(' ', saved.Query.Dates),
                TimeText.Write(saved.Every), saved.TimeZone!.Id, saved.Enabled));
        await page.GotoAsync("/admin/sources/ustr");
        Assert.True(await page.GetByLabel("Proposed rules").IsCheckedAsync());
        Assert.False(await page.GetByLabel("Notices").IsCheckedAsync());
        Assert.Equal("PT1H", await page.InputValueAsync("#every"));
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
