using System.Text.RegularExpressions;
using static Alerts.Tests.Web.AdminBrowser;

namespace Alerts.Tests.Web;

/// <summary>Tests the operator's page that imports key dates.</summary>
public sealed class AdminImportFacts
{
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
            service, cookie, "/admin/import", ("form", form), ("text", File), ("do", "compare"));
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
        Assert.Contains("1 date moved. Nobody is notified on saving.", compared.Text, StringComparison.Ordinal);

        var carried = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(File));
        Assert.Equal(303,
            (await PostAsync(service, cookie, "/admin/import", ("form", form), ("content", carried),
                ("zone", "Asia/Seoul"), ("do", "import"))).Status);
        var date = (await service.GetAsync("/api/dates/old")).Json;
        Assert.Equal(("New name", "Asia/Seoul"),
            (date.GetProperty("title").GetString(), date.GetProperty("when").GetProperty("timeZone").GetString()));
    }
}
