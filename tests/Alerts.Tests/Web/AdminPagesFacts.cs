using System.Net;
using System.Text.RegularExpressions;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Sources;
using Alerts.Tests.Sources;

namespace Alerts.Tests.Web;

public sealed partial class AdminPagesFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/dates")]
    [InlineData("/admin/new")]
    [InlineData("/admin/dates/near")]
    [InlineData("/admin/dates/near/cancel")]
    [InlineData("/admin/import")]
    [InlineData("/admin/deliveries")]
    [InlineData("/admin/sources")]
    [InlineData("/admin/new-source")]
    [InlineData("/admin/sources/s")]
    [InlineData("/admin/proposals")]
    public async Task Who_is_not_signed_in_sees_only_where_to_sign_in(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("near", "2025-10-26");
        foreach (var cookie in (string[])["", "alerts-admin=9999999999.00", "alerts-admin=x"])
        {
            var page = await service.SendAsync(HttpMethod.Get, path, headers: ("Cookie", cookie));
            Assert.Equal(401, page.Status);
            Assert.Contains("name=\"key\"", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("The near", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_right_key_opens_a_session_that_scripts_and_other_sites_cannot_use()
    {
        await using var service = await TestService.StartAsync();
        var wrong = await PostAsync(service, null, "/admin/sign-in", ("key", "not the key"));
        Assert.Equal((401, false), (wrong.Status, wrong.Headers.ContainsKey("Set-Cookie")));
        Assert.Contains("not the admin key", wrong.Text, StringComparison.Ordinal);

        var right = await PostAsync(service, null, "/admin/sign-in", ("key", TestService.AdminKey));
        Assert.Equal((303, "../admin"), (right.Status, right.Headers["Location"]));
        foreach (var careful in (string[])["httponly", "samesite=strict", "secure"])
        {
            Assert.Contains(careful, right.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        }

        await using var closed = await TestService.StartAsync(adminKey: null);
        Assert.Equal(401, (await PostAsync(closed, null, "/admin/sign-in", ("key", ""))).Status);
        Assert.Equal(
            401,
            (await closed.SendAsync(HttpMethod.Get, "/admin", headers: ("Cookie", Cookie(right)))).Status);
    }

    [Fact]
    public async Task A_form_that_our_pages_did_not_make_changes_nothing()
    {
        await using var service = await TestService.StartAsync();
        var operatorAt = await SignInAsync(service);
        (string, string)[] date =
        [
            ("id", "trap"),
            ("title", "Trap"),
            ("when-date", "2025-11-10"),
            ("when-timeZone", "UTC"),
            ("status", "confirmed"),
            ("do", "save"),
        ];

        Assert.Equal(403, (await PostAsync(service, operatorAt.Cookie, "/admin/save", date)).Status);
        Assert.Equal(
            403,
            (
                await PostAsync(service, operatorAt.Cookie, "/admin/save", [.. date, ("form", new string('0', 64))])
            ).Status);
        Assert.Equal(401, (await PostAsync(service, null, "/admin/save", [.. date, ("form", operatorAt.Form)])).Status);
        Assert.Equal(404, (await service.GetAsync("/api/dates/trap")).Status);
        Assert.Equal(
            303,
            (await PostAsync(service, operatorAt.Cookie, "/admin/save", [.. date, ("form", operatorAt.Form)])).Status);
        Assert.Equal(200, (await service.GetAsync("/api/dates/trap")).Status);
    }

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
    }

    [Fact]
    public async Task A_date_is_cancelled_by_its_button_after_seeing_who_will_be_notified()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeWebhookAsync("\"P7D\"");
        await service.AddDateAsync("truce", "2025-10-30");
        Assert.Single(await service.Settle("webhook", new Delivered(200, "")));
        var (cookie, _) = await SignInAsync(service);
        Task<Reply> OpenAsync(string path) =>
            service.SendAsync(HttpMethod.Get, path, headers: ("Cookie", cookie));

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
            service,
            cookie,
            "/admin/save",
            ("form", form),
            ("id", "No Id"),
            ("title", "<b>Kept</b>"),
            ("when-date", "2025-11-10"),
            ("when-timeZone", "Asia/Tokio"),
            ("status", "confirmed"),
            ("do", "save"));
        Assert.Equal(400, page.Status);
        Assert.Contains("id=\"when-timeZone-error\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Kept&lt;/b&gt;", page.Text, StringComparison.Ordinal);

        await service.AddDateAsync("there", "2025-11-10");
        var twice = await PostAsync(
            service,
            cookie,
            "/admin/save",
            ("form", form),
            ("id", "there"),
            ("title", "Another"),
            ("when-date", "2025-11-11"),
            ("when-timeZone", "UTC"),
            ("status", "confirmed"),
            ("do", "save"));
        Assert.Equal(400, twice.Status);
        Assert.Contains("There is already a date with this id", twice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/save", "Enter a title.", "Enter an id, such as eu-summit.", "Enter a day.",
        "Enter a city or a time zone, such as New York.")]
    [InlineData("/admin/source", "Enter a short name, such as ecb.",
        "Enter the link to the calendar, such as https://example.org/calendar.ics.")]
    public async Task A_field_that_was_left_empty_says_what_to_enter(string path, params string[] sentences)
    {
        await using var service = await TestService.StartAsync();
        var (cookie, form) = await SignInAsync(service);

        var page = await PostAsync(
            service, cookie, path, ("form", form), ("type", "icalendar"), ("status", "confirmed"), ("do", "save"));

        Assert.Equal(400, page.Status);
        Assert.Equal(
            sentences.Order(),
            Regex.Matches(page.Text, "<p class=\"error\">([^<]+)</p>")
                .Select(error => error.Groups[1].Value).Order());
    }

    [Fact]
    public async Task A_button_that_is_pressed_twice_saves_once()
    {
        await using var service = await TestService.StartAsync();
        var (cookie, form) = await SignInAsync(service);
        (string, string)[] date =
        [
            ("form", form), ("id", "there"), ("title", "There"), ("when-date", "2025-11-11"), ("when-timeZone", "UTC"),
            ("status", "confirmed"), ("do", "save"),
        ];
        (string, string)[] source =
        [
            ("form", form), ("id", "bank"), ("type", "icalendar"), ("url", "https://bank.example/c.ics"),
            ("every", "P1D"), ("topics", "rates money"), ("apply", "review"), ("do", "save"),
        ];
        foreach (var (path, fields) in new[] { ("/admin/save", date), ("/admin/source", source) })
        {
            var pressed = await Task.WhenAll(
                PostAsync(service, cookie, path, fields), PostAsync(service, cookie, path, fields));
            Assert.All(pressed, one => Assert.Equal(303, one.Status));
            Assert.Equal(303, (await PostAsync(service, cookie, path, fields)).Status);
        }

        Assert.Single((await service.GetAsync("/api/dates/there/history")).Items);
        var other = source.Select(field => field.Item1 == "topics" ? ("topics", "rates") : field);
        Assert.Equal(400, (await PostAsync(service, cookie, "/admin/source", [.. other])).Status);
    }

    [Fact]
    public async Task What_is_wrong_in_a_source_is_said_once_at_its_field()
    {
        await using var service = await TestService.StartAsync();
        var (cookie, form) = await SignInAsync(service);
        var page = await PostAsync(
            service, cookie, "/admin/source", ("form", form), ("id", "No Id"), ("type", "federalRegister"),
            ("url", "https://example.com"), ("term", new string('x', 501)), ("agencies", "No-Agency"),
            ("types", "RULES"), ("dates", "someday"), ("every", "PT1M"), ("topics", "No Topic"), ("timeZone", "Mars"),
            ("apply", "never"), ("do", "save"));
        Assert.Equal(400, page.Status);
        string[] fields =
        [
            "id", "url", "term", "agencies", "types", "dates", "every", "timeZone", "apply",
        ];
        foreach (var field in fields)
        {
            var error = Regex.Match(page.Text, $"<div id=\"{field}-error\"><p class=\"error\">([^<]+)</p>");
            Assert.True(error.Success, field);
            Assert.Equal(2, page.Text.Split(error.Groups[1].Value).Length);
        }
    }

    [Fact]
    public async Task An_import_shows_what_it_would_change_and_then_changes_it()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("old", "2025-11-10");
        var (cookie, form) = await SignInAsync(service);
        const string File = """
            [{"id":"old","title":"The old","when":{"date":"2025-11-12","time":"12:00","timeZone":"UTC"}},
            {"id":"fresh","title":"Fresh","when":{"date":"2025-12-01","timeZone":"UTC"}}]
            """;

        var compared = await PostAsync(
            service,
            cookie,
            "/admin/import",
            ("form", form),
            ("text", File),
            ("do", "compare"));
        Assert.Equal(200, compared.Status);
        Assert.Contains("Moved", compared.Text, StringComparison.Ordinal);
        Assert.Contains("Added", compared.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await service.GetAsync("/api/dates/fresh")).Status);

        Assert.Equal(
            400,
            (
                await PostAsync(service, cookie, "/admin/import", ("form", form), ("text", "neither"), ("do", "import"))
            ).Status);
        Assert.Equal(
            303,
            (await PostAsync(service, cookie, "/admin/import", ("form", form), ("text", File), ("do", "import"))).Status
        );
        Assert.Equal(200, (await service.GetAsync("/api/dates/fresh")).Status);
        Assert.Equal(2, (await service.GetAsync("/api/dates/old")).Json.GetProperty("revision").GetInt32());
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

    [Fact]
    public async Task An_import_of_a_calendar_takes_the_zone_of_its_field_and_shows_each_field_that_changes()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("old", "2025-11-10");
        var (cookie, form) = await SignInAsync(service);
        const string File =
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:old\n"
            + "SUMMARY:New name\nURL:mailto:x@y\nDTSTART;VALUE=DATE:20251112\nEND:VEVENT\nEND:VCALENDAR\n";

        Assert.Equal(400,
            (await PostAsync(service, cookie, "/admin/import", ("form", form), ("text", File),
                ("do", "compare"))).Status);
        Assert.Equal(400,
            (await PostAsync(service, cookie, "/admin/import", ("form", form), ("text", File), ("zone", "Mars/Olympus"),
                ("do", "compare"))).Status);
        var compared = await PostAsync(service, cookie, "/admin/import", ("form", form), ("text", File),
            ("zone", "Asia/Seoul"), ("do", "compare"));
        Assert.Contains("<dt>Title</dt>\n<dd><del class=\"old\"><bdi>The old</bdi></del> <bdi>New name</bdi></dd>",
            compared.Text, StringComparison.Ordinal);
        Assert.Contains(
            "<del class=\"old\"><bdi>10 Nov 2025, 12:00 UTC</bdi></del> <strong>12 Nov 2025, all day Seoul</strong>",
            compared.Text,
            StringComparison.Ordinal);
        Assert.Single(Regex.Matches(compared.Text, "10 Nov 2025, 12:00"));
        Assert.DoesNotContain("2025-11-12", compared.Text, StringComparison.Ordinal);
        Assert.Contains("mailto:x@y", compared.Text, StringComparison.Ordinal);
        Assert.Contains("1 date moved. Nobody is notified on saving.", compared.Text,
            StringComparison.Ordinal);

        var carried = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(File));
        Assert.Equal(303,
            (await PostAsync(service, cookie, "/admin/import", ("form", form), ("content", carried),
                ("zone", "Asia/Seoul"), ("do", "import"))).Status);
        var date = (await service.GetAsync("/api/dates/old")).Json;
        Assert.Equal(("New name", "Asia/Seoul"),
            (date.GetProperty("title").GetString(), date.GetProperty("when").GetProperty("timeZone").GetString()));
    }

    [Fact]
    public async Task What_gave_up_is_sent_again_by_its_button()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeWebhookAsync("\"P7D\"");
        await service.AddDateAsync("near", "2025-10-30");
        Assert.Single(await service.Settle("webhook", new GaveUp(500, "no", "it does not want to")));
        var (cookie, form) = await SignInAsync(service);

        var failures = (
            await service.SendAsync(HttpMethod.Get, "/admin/deliveries?state=failed", headers: ("Cookie", cookie))
        ).Text;
        Assert.Contains("it does not want to", failures, StringComparison.Ordinal);
        var row = Fields(failures);
        var again = await PostAsync(
            service,
            cookie,
            "/admin/resend",
            ("form", form),
            ("subscription", row["subscription"]),
            ("key", row["key"]));
        Assert.Equal(303, again.Status);
        Assert.Contains("done=resent", again.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(
            "near",
            Assert
                .IsType<OutboundAlert>(Assert.Single(await service.Settle("webhook", new Delivered(200, ""))))
                .Date.KeyDate.Id);
        Assert.Contains(
            "delivered",
            (await service.SendAsync(HttpMethod.Get, "/admin", headers: ("Cookie", cookie))).Text,
            StringComparison.Ordinal);
    }

    /// <summary>Signs in and returns the session's cookie and the token of its forms.</summary>
    private static async Task<(string Cookie, string Form)> SignInAsync(TestService service)
    {
        var cookie = Cookie(await PostAsync(service, null, "/admin/sign-in", ("key", TestService.AdminKey)));
        return (
            cookie,
            Fields((await service.SendAsync(HttpMethod.Get, "/admin/new", headers: ("Cookie", cookie))).Text)["form"]);
    }

    private static string Cookie(Reply signedIn) => signedIn.Headers["Set-Cookie"].Split(';')[0];

    private static async Task<Reply> PostAsync(
        TestService service,
        string? cookie,
        string path,
        params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await service.Client.SendAsync(request, Cancel);
        return new Reply(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(Cancel),
            response.Content.Headers.ContentType?.MediaType,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    header => header.Key,
                    header => string.Join(", ", header.Value),
                    StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Returns the first input of each name with its value, except radio buttons.</summary>
    private static Dictionary<string, string> Fields(string page) =>
        Input()
            .Matches(page)
            .Select(match => (Name: Name().Match(match.Value), Value: Value().Match(match.Value), match.Value))
            .Where(input => input.Name.Success && !input.Item3.Contains("radio", StringComparison.Ordinal))
            .GroupBy(input => input.Name.Groups[1].Value)
            .ToDictionary(group => group.Key, group => WebUtility.HtmlDecode(group.First().Value.Groups[1].Value));

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex(" name=\"([^\"]*)\"")]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
