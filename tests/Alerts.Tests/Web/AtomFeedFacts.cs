using System.ServiceModel.Syndication;
using System.Xml;

namespace Alerts.Tests.Web;

/// <summary>Tests the feed with .NET's own Atom reader.</summary>
public sealed class AtomFeedFacts
{
    private const string Truce =
        """
        {"title":"Truce expires","summary":"One.\n\nTwo.","topics":["tariffs"],
        "when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York"},
        "source":"https://example.org/é?a=1&b=2"}
        """;

    [Fact]
    public async Task Each_revision_is_an_entry_that_says_what_changed_and_why_the_newest_first()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(1));
        await service.PutDateAsync(
            "truce",
            Truce.Replace("2025-11-10", "2026-11-10", StringComparison.Ordinal)[..^1] + ",\"reason\":\"An order.\"}");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(2));
        await service.PostAsync("/api/dates/truce/cancel", """{"reason":"Peace."}""", TestService.AdminKey);

        var feed = await FeedAsync(service);
        var entries = feed.Items.ToList();

        Assert.Equal(["r3", "r2", "r1"], entries.Select(entry => new Uri(entry.Id).Fragment[1..]));
        Assert.All(entries, entry =>
            Assert.StartsWith("https://alerts.example.com/dates/truce#", entry.Id, StringComparison.Ordinal));
        Assert.Equal(
            [
                "Cancelled: Truce expires (10 Nov 2026, 00:01 New York)",
                "Moved: Truce expires (10 Nov 2026, 00:01 New York)",
                "Added: Truce expires (10 Nov 2025, 00:01 New York)",
            ],
            entries.Select(entry => entry.Title.Text));
        Assert.Contains(
            "was Monday, 10 Nov 2025, 00:01 New York (UTC-05:00), now Tuesday, 10 Nov 2026",
            Text(entries[1]),
            StringComparison.Ordinal);
        Assert.Contains("An order.", Text(entries[1]), StringComparison.Ordinal);
        Assert.Contains("Peace.", Text(entries[0]), StringComparison.Ordinal);
        Assert.Equal(TestService.Start + Duration.FromHours(2), Instant.FromDateTimeOffset(feed.LastUpdatedTime));
        Assert.Equal(
            ["https://alerts.example.com/dates/truce", "https://example.org/%C3%A9?a=1&b=2"],
            entries[0].Links.Select(link => link.Uri.AbsoluteUri));
        Assert.Equal(["tariffs"], entries[0].Categories.Select(category => category.Name));
    }

    [Fact]
    public async Task An_edit_renews_the_entry_of_its_revision()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce[..^1] + ",\"status\":\"tentative\"}");
        await service.AddDateAsync("other", "2025-11-10");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(1));
        await service.PutDateAsync("truce", Truce[..^1] + ",\"reason\":\"Confirmed by both.\"}");

        var entries = (await FeedAsync(service)).Items.ToList();

        Assert.Equal(
            ["https://alerts.example.com/dates/truce#r1", "https://alerts.example.com/dates/other#r1"],
            entries.Select(entry => entry.Id));
        Assert.Equal(
            (TestService.Start, TestService.Start + Duration.FromHours(1)),
            (Instant.FromDateTimeOffset(entries[0].PublishDate), Instant.FromDateTimeOffset(entries[0].LastUpdatedTime))
        );
        Assert.Contains(
            "Edited 24 Oct 2025, 01:00 UTC: Confirmed by both.", Text(entries[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("entative", Text(entries[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_narrows_it_and_it_holds_the_newest_hundred()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 101; i++)
        {
            service.Clock.JumpTo(TestService.Start + Duration.FromMinutes(i));
            await service.AddDateAsync($"d-{i}", "2025-11-10", topic: i == 7 ? "summits" : "tariffs");
        }

        var all = (await FeedAsync(service)).Items.ToList();
        var summits = await FeedAsync(service, "?topic=summits");

        Assert.Equal(100, all.Count);
        Assert.EndsWith("/d-100#r1", all[0].Id, StringComparison.Ordinal);
        Assert.EndsWith("/d-1#r1", all[^1].Id, StringComparison.Ordinal);
        Assert.EndsWith("/d-7#r1", Assert.Single(summits.Items).Id, StringComparison.Ordinal);
        Assert.NotEqual("https://alerts.example.com/feed.atom", summits.Id);
        Assert.Equal(["/topic"], (await service.GetAsync("/feed.atom?topic=No!")).Pointers(400));
        Assert.Empty((await FeedAsync(service, "?topic=unknown")).Items);
    }

    [Fact]
    public async Task Who_has_it_gets_a_304_until_something_changes()
    {
        await using var service = await TestService.StartAsync();
        await service.PutDateAsync("truce", Truce);
        var first = await service.GetAsync("/feed.atom");
        var tag = first.Headers["ETag"];

        Assert.Equal("no-cache", first.Headers["Cache-Control"]);
        foreach (var known in (string[])[tag, "W/" + tag, $"\"other\", {tag}", "*"])
        {
            var again = await service.SendAsync(HttpMethod.Get, "/feed.atom", headers: ("If-None-Match", known));
            Assert.Equal((304, "", tag), (again.Status, again.Text, again.Headers["ETag"]));
        }

        Assert.Equal(
            200,
            (
                await service.SendAsync(HttpMethod.Get, "/feed.atom", headers: ("If-None-Match", "\"other\", nonsense"))
            ).Status);
        await service.PutDateAsync("truce", Truce.Replace("Truce", "The truce", StringComparison.Ordinal));
        Assert.Equal(
            200, (await service.SendAsync(HttpMethod.Get, "/feed.atom", headers: ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task Hostile_text_stays_text()
    {
        const string attack = "]]><script>alert(1)</script> &amp; 😀 \uFFFE";
        await using var service = await TestService.StartAsync();
        var put = await service.PutDateAsync(
            "trap",
            $$"""
            {"title":"{{attack}}\u202Egpj","summary":"{{attack}}\r\n\u202E{{new string('x', 1900)}}",
            "reason":"{{attack}}","when":{"date":"2025-11-10","timeZone":"UTC"},
            "source":"https://example.com/\uFFFE\"><script>"}
            """);
        Assert.Equal(201, put.Status);

        var reply = await service.GetAsync("/feed.atom");
        var entry = Assert.Single((await FeedAsync(service)).Items);

        Assert.DoesNotContain("<script", reply.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Added: ]]><script>alert(1)</script> &amp; 😀 \uFFFDgpj (10 Nov 2025)", entry.Title.Text);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; 😀", Text(entry), StringComparison.Ordinal);
    }

    private static string Text(SyndicationItem entry) => Assert.IsType<TextSyndicationContent>(entry.Content).Text;

    private static async Task<SyndicationFeed> FeedAsync(TestService service, string query = "")
    {
        var reply = await service.GetAsync("/feed.atom" + query);
        Assert.Equal((200, "application/atom+xml"), (reply.Status, reply.Type));
        using var xml = XmlReader.Create(new StringReader(reply.Text));
        return SyndicationFeed.Load(xml);
    }
}
