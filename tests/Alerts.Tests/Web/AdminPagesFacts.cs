using System.Text.RegularExpressions;
using Alerts.Ledger;
using Alerts.Senders;
using static Alerts.Tests.Web.AdminBrowser;

namespace Alerts.Tests.Web;

/// <summary>Tests what the forms of dates and sources have in common, and sending again.</summary>
public sealed class AdminPagesFacts
{
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
            Regex.Matches(page.Text, "<p class=\"error\">([^<]+)</p>").Select(error => error.Groups[1].Value).Order());
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
        ["id", "url", "term", "agencies", "types", "dates", "every", "timeZone", "apply"];
        foreach (var field in fields)
        {
            var error = Regex.Match(page.Text, $"<div id=\"{field}-error\"><p class=\"error\">([^<]+)</p>");
            Assert.True(error.Success, field);
            Assert.Equal(2, page.Text.Split(error.Groups[1].Value).Length);
        }
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
            service, cookie, "/admin/resend", ("form", form), ("subscription", row["subscription"]),
            ("key", row["key"]));
        Assert.Equal(303, again.Status);
        Assert.Contains("done=resent", again.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(
            "near",
            Assert.IsType<OutboundAlert>(Assert.Single(await service.Settle("webhook", new Delivered(200, ""))))
                .Date.KeyDate.Id);
        Assert.Contains(
            "delivered",
            (await service.SendAsync(HttpMethod.Get, "/admin", headers: ("Cookie", cookie))).Text,
            StringComparison.Ordinal);
    }
}
