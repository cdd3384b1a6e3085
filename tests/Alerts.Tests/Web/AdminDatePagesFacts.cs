using System.Text.RegularExpressions;
using Alerts.Ledger;
using Alerts.Sources;
using Alerts.Tests.Sources;
using static Alerts.Tests.Web.AdminBrowser;

namespace Alerts.Tests.Web;

/// <summary>Tests the operator's pages of key dates: the list, the form, and the preview before saving.</summary>
public sealed class AdminDatePagesFacts
{
    [Fact]
    public async Task A_move_is_shown_with_those_who_will_be_told_before_it_is_saved()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeWebhookAsync("\"P7D\"");
        await service.AddDateAsync("truce", "2025-10-30");
        Assert.Single(await service.Settle("webhook", new Delivered(200, "")));
        var (cookie, form) = await SignInAsync(service);

        var fields = Fields(
            (await service.SendAsync(HttpMethod.Get, "/admin/dates/truce", headers: ("Cookie", cookie))).Text);
        Assert.Equal(
            ("The truce", "2025-10-30", "12:00", "UTC", "1"),
            (fields["title"], fields["when-date"], fields["when-time"], fields["when-timeZone"], fields["version"]));
        (string, string)[] moved =
        [
            .. fields.Select(field => (field.Key, field.Key == "when-date" ? "2026-11-10" : field.Value)),
            ("status", "confirmed"),
            ("reason", "Extended."),
        ];

        var check = await PostAsync(service, cookie, "/admin/save", [.. moved, ("do", "check")]);
        Assert.Equal(200, check.Status);
        Assert.Contains("1 subscriber will be notified", check.Text, StringComparison.Ordinal);
        Assert.Contains("<del class=\"old\"><bdi>30 Oct 2025", check.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await service.GetAsync("/api/dates/truce")).Json.GetProperty("revision").GetInt32());

        Assert.Equal(
            303,
            (
                await PostAsync(
                    service,
                    cookie,
                    "/admin/save",
                    [.. Fields(check.Text).Select(field => (field.Key, field.Value)), ("do", "save")])).Status);
        var now = (await service.GetAsync("/api/dates/truce")).Json;
        Assert.Equal(
            (2, "2026-11-10"),
            (now.GetProperty("revision").GetInt32(), now.GetProperty("when").GetProperty("date").GetString()));
        Assert.Equal(
            "Extended.",
            (await service.GetAsync("/api/dates/truce/history")).Items.Last().GetProperty("reason").GetString());

        // A form opened before another change must not overwrite it. The same content is saved already: the button was
        // pressed twice.
        Assert.Equal(303, (await PostAsync(service, cookie, "/admin/save", [.. moved, ("do", "save")])).Status);
        var late = await PostAsync(
            service, cookie, "/admin/save",
            [.. moved.Select(field => field.Item1 == "title" ? ("title", "Mine") : field), ("do", "save")]);
        Assert.Equal(409, late.Status);
        Assert.Contains("Somebody changed this date", late.Text, StringComparison.Ordinal);
        Assert.NotEqual("", form);

        // What was typed is kept, and saving it again is for the state that was shown.
        var kept = Fields(late.Text);
        Assert.Equal("Mine", kept["title"]);
        Assert.Equal(
            303,
            (await PostAsync(
                service, cookie, "/admin/save",
                [.. kept.Select(field => (field.Key, field.Value)), ("status", "confirmed"), ("do", "save")])).Status);
    }

    [Fact]
    public async Task A_date_is_cancelled_by_its_button_after_seeing_who_will_be_notified()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeWebhookAsync("\"P7D\"");
        await service.AddDateAsync("truce", "2025-10-30");
        Assert.Single(await service.Settle("webhook", new Delivered(200, "")));
        var (cookie, _) = await SignInAsync(service);
        Task<Reply> OpenAsync(string path) => service.SendAsync(HttpMethod.Get, path, headers: ("Cookie", cookie));

        Assert.Contains(
            "href=\"truce/cancel\"", (await OpenAsync("/admin/dates/truce")).Text, StringComparison.Ordinal);
        var asked = await OpenAsync("/admin/dates/truce/cancel");
        Assert.Equal(200, asked.Status);
        Assert.Contains(
            "On saving, 1 subscriber will be notified that this date is cancelled (1 by webhook).",
            asked.Text,
            StringComparison.Ordinal);
        Assert.Contains("<del class=\"old\"><bdi>confirmed</bdi></del> <bdi>cancelled</bdi>", asked.Text,
            StringComparison.Ordinal);
        Assert.Equal("confirmed", await StatusAsync());

        (string, string)[] fields = [.. Fields(asked.Text).Select(field => (field.Key, field.Value))];
        var saved = await PostAsync(
            service, cookie, "/admin/save", [.. fields, ("reason", "Shelved."), ("do", "save")]);
        Assert.Equal((303, "cancelled"), (saved.Status, await StatusAsync()));
        Assert.Equal(
            "Shelved.",
            (await service.GetAsync("/api/dates/truce/history")).Items.Last().GetProperty("reason").GetString());
        Assert.DoesNotContain("truce/cancel", (await OpenAsync("/admin/dates/truce")).Text, StringComparison.Ordinal);
        Assert.Equal(303, (await OpenAsync("/admin/dates/truce/cancel")).Status);
        Assert.Equal(404, (await OpenAsync("/admin/dates/unknown/cancel")).Status);

        async Task<string?> StatusAsync() =>
            (await service.GetAsync("/api/dates/truce")).Json.GetProperty("status").GetString();
    }

    [Fact]
    public async Task The_list_of_dates_says_when_each_was_checked()
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-03-19 Rates are set");
        await using var service = await TestService.StartAsync();
        var source = new Source
        {
            Id = "bank",
            Type = SourceType.ICalendar,
            Url = publisher.Url + "/c.ics",
            TimeZone = NodaTime.DateTimeZone.Utc,
        };
        await service.Get<SourceEdits>().PutAsync(source, Cancel);
        await service.Get<SourceReads>().CheckAsync("bank", Cancel);
        var places = await service.Get<ISources>().ProposalsAsync(null, 10, Cancel);
        await service.Get<Proposals>().AcceptAsync([.. places.Select(one => one.Id)], Cancel);
        const string When = "\"when\":{\"date\":\"2025-11-10\",\"timeZone\":\"UTC\"}";
        await service.PutDateAsync("fresh", $$"""{"title":"Fresh",{{When}},"checkedOn":"2025-10-20"}""");
        await service.PutDateAsync("stale", $$"""{"title":"Stale",{{When}},"checkedOn":"2025-08-01"}""");
        await service.PutDateAsync("never", $$"""{"title":"Never",{{When}}}""");
        var (cookie, _) = await SignInAsync(service);
        async Task<string> OpenAsync(string query) =>
            (await service.SendAsync(HttpMethod.Get, "/admin/dates" + query, headers: ("Cookie", cookie))).Text;

        var all = await OpenAsync("");
        Assert.All(
            ["fresh, revision 1, checked on 20 Oct 2025<", "stale, revision 1, checked on 1 Aug 2025<",
                "never, revision 1, never checked<", "bank-a, revision 1, checked just now at its source<"],
            words => Assert.Contains(words, all, StringComparison.Ordinal));

        var unchecked30 = await OpenAsync("?unchecked=1");
        Assert.All(["Stale", "Never"], title => Assert.Contains(title, unchecked30, StringComparison.Ordinal));
        Assert.All(["Fresh", "Rates are set"], title =>
            Assert.DoesNotContain(title, unchecked30, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_in_a_date_is_said_at_its_field_and_what_was_typed_is_kept()
    {
        await using var service = await TestService.StartAsync();
        var (cookie, form) = await SignInAsync(service);
        var page = await PostAsync(
            service, cookie, "/admin/save", ("form", form), ("id", "No Id"), ("title", "<b>Kept</b>"),
            ("when-date", "2025-11-10"), ("when-timeZone", "Asia/Tokio"), ("status", "confirmed"),
            ("do", "save"));
        Assert.Equal(400, page.Status);
        Assert.Contains("id=\"when-timeZone-error\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Kept&lt;/b&gt;", page.Text, StringComparison.Ordinal);

        await service.AddDateAsync("there", "2025-11-10");
        var twice = await PostAsync(
            service, cookie, "/admin/save", ("form", form), ("id", "there"), ("title", "Another"),
            ("when-date", "2025-11-11"), ("when-timeZone", "UTC"), ("status", "confirmed"), ("do", "save"));
        Assert.Equal(400, twice.Status);
        Assert.Contains("There is already a date with this id", twice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_text_alone_shows_the_date_once_and_not_struck_out()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("truce", "2025-10-30");
        var (cookie, _) = await SignInAsync(service);
        var fields = Fields(
            (await service.SendAsync(HttpMethod.Get, "/admin/dates/truce", headers: ("Cookie", cookie))).Text);
        fields["title"] = "The long truce";

        var check = await PostAsync(
            service, cookie, "/admin/save",
            [.. fields.Select(field => (field.Key, field.Value)), ("status", "confirmed"), ("do", "check")]);

        Assert.Contains("<strong>30 Oct 2025, 12:00 UTC</strong>", check.Text, StringComparison.Ordinal);
        Assert.Equal(
            "<del class=\"old\"><bdi>The truce</bdi></del>",
            Assert.Single(Regex.Matches(check.Text, "<del.*?</del>")).Value);
    }
}
