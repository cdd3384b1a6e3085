using System.Text.Json;
using Alerts.Subscriptions;

namespace Alerts.Tests.Subscriptions;

/// <summary>Tests what a subscription request may contain, and the error for each invalid member.</summary>
public sealed class SubscriptionRequestTests
{
    private const string Email = """ "channel": {"type": "email", "address": "a@example.com"} """;
    private const string Preferences = """ "leads": ["P7D"], "timeZone": "UTC" """;

    [Fact]
    public void The_least_one_can_ask_is_a_channel_leads_and_a_zone()
    {
        var request = Good($$"""{ {{Email}}, {{Preferences}} }""");
        Assert.Equal("email", request.Target?.Channel.Name);
        Assert.Equal("a@example.com", request.Target?.Address);
        Assert.Equal(new LocalTime(9, 0), request.Preferences.At);
        Assert.Equal("UTC", request.Preferences.Zone.Id);
        Assert.Equal(["P7D"], request.Preferences.Leads.Select(lead => lead.Text));
        Assert.Empty(request.Preferences.Dates);
        Assert.Empty(request.Preferences.Topics);
        Assert.Null(request.Preferences.QuietHours);
        Assert.Null(request.Now);
    }

    [Fact]
    public void Everything_asked_is_read()
    {
        var request = Good("""
            {"channel": {"type": "webhook", "url": "https://example.org/hook", "format": "standard", "contact": null},
             "dates": ["b", "a", "b", "c"], "topics": ["t"], "leads": ["p7d", "PT1H", "3bd"], "timeZone": "Asia/Tokyo",
             "at": "08:30", "quietHours": {"from": "22:00", "to": "07:00"}}
            """);
        Assert.Equal("webhook", request.Target?.Channel.Name);
        Assert.Equal("https://example.org/hook", request.Target?.Address);
        Assert.Equal(["b", "a", "c"], request.Preferences.Dates);
        Assert.Equal(["t"], request.Preferences.Topics);
        Assert.Equal(["P7D", "3BD", "PT1H"], request.Preferences.Leads.Select(lead => lead.Text));
        Assert.Equal(new LocalTime(8, 30), request.Preferences.At);
        Assert.Equal(new QuietHours(new LocalTime(22, 0), new LocalTime(7, 0)), request.Preferences.QuietHours);
    }

    [Fact]
    public void The_dates_are_found_whatever_else_is_wrong()
    {
        using var body = JsonDocument.Parse("""{"dates": ["b", "a", "b", "No!", 3, "c"], "leads": "x"}""");
        Assert.Equal(
            [new("b", "/dates/0"), new("a", "/dates/1"), new("c", "/dates/5")],
            PreferencesJson.DatesIn(body.RootElement));
        using var list = JsonDocument.Parse("[]");
        Assert.Empty(PreferencesJson.DatesIn(list.RootElement));
    }

    [Theory]
    [InlineData(""" "P1D", "1 day" """, "P1D")]
    [InlineData(""" "2 weeks", "14 days", "P14D" """, "P14D")]
    public void Leads_that_mean_the_same_are_one(string leads, string expected) => Assert.Equal(
        expected,
        Assert.Single(Good($$"""{ {{Email}}, "leads": [{{leads}}], "timeZone": "UTC" }""").Preferences.Leads).Text);

    [Theory]
    [MemberData(nameof(BadBodies))]
    public void What_is_wrong_is_named(string body, string place, string says)
    {
        var problems = new List<Problem>();
        Assert.Null(Read(body, problems));
        var problem = Assert.Single(problems);
        Assert.Equal(place, problem.Pointer);
        Assert.Contains(says, problem.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> BadBodies =>
        new()
        {
            { "3", "", "an object" },
            { $$"""{ {{Preferences}} }""", "/channel", "missing" },
            { $$"""{"channel": "email", {{Preferences}} }""", "/channel", "a string" },
            { Channel(""" "address": "a@example.com" """), "/channel/type", "missing" },
            { Channel(""" "type": "sms" """), "/channel/type", "'sms'" },
            { Channel(""" "type": "email" """), "/channel/address", "missing" },
            { Channel(""" "type": "email", "address": "nobody" """), "/channel/address", "'nobody'" },
            { Channel(""" "type": "email", "address": "a@example.com", "url": "x" """), "/channel/url", "'url'" },
            { Channel(""" "type": "webhook" """), "/channel/url", "missing" },
            { Channel(""" "type": "webhook", "url": 5 """), "/channel/url", "a number" },
            { Channel(""" "type": "webhook", "url": "bad" """), "/channel/url", "Enter the full address" },
            { Channel(""" "type": "webhook", "url": "https://x", "format": "xml" """), "/channel/format", "'xml'" },
            {
                Channel(""" "type": "webhook", "url": "https://x", "contact": "nobody" """),
                "/channel/contact",
                "name@example.com"
            },
            { Wishing(""" "timeZone": "UTC" """), "/leads", "no leads" },
            { Wishing(""" "timeZone": "UTC", "leads": null """), "/leads", "no leads" },
            { Wishing(""" "timeZone": "UTC", "leads": [] """), "/leads", "no leads" },
            { Wishing(""" "timeZone": "UTC", "leads": "P1D" """), "/leads", "a string" },
            { Wishing(""" "timeZone": "UTC", "leads": ["P1D", 7] """), "/leads/1", "a number" },
            { Wishing(""" "timeZone": "UTC", "leads": ["banana"] """), "/leads/0", "banana" },
            { Wishing(""" "timeZone": "UTC", "leads": ["P1D", "P-1D"] """), "/leads/1", "P-1D" },
            { Wishing(""" "timeZone": "UTC", "leads": ["P1D", "PT1H", "p1d"] """), "/leads/2", "/leads/0" },
            { Wishing($""" "timeZone": "UTC", "leads": [{Many(21, "\"P{0}D\"")}] """), "/leads", "at most 20" },
            { Wishing(""" "leads": ["P1D"] """), "/timeZone", "missing" },
            { Wishing(""" "leads": ["P1D"], "timeZone": "Nowhere" """), "/timeZone", "'Nowhere'" },
            { Wishing(""" "leads": ["P1D"], "timeZone": "utc" """), "/timeZone", "write 'UTC'" },
            { Wanting(""" "at": "25:00" """), "/at", "'25:00'" },
            { Wanting(""" "at": 9 """), "/at", "a number" },
            { Wanting(""" "quietHours": "22:00" """), "/quietHours", "a string" },
            { Wanting(""" "quietHours": {"from": "22:00"} """), "/quietHours/to", "missing" },
            { Wanting(""" "quietHours": {"from": "22:00", "to": "7:00"} """), "/quietHours/to", "HH:MM" },
            { Wanting(""" "quietHours": {"from": "22:00", "to": "22:00"} """), "/quietHours", "equal" },
            {
                Wanting(""" "quietHours": {"from": "22:00", "to": "07:00", "days": []} """),
                "/quietHours/days",
                "'days'"
            },
            { Wanting(""" "dates": ["a", "B"] """), "/dates/1", "'B'" },
            { Wanting($""" "dates": [{Many(501, "\"d{0}\"")}] """), "/dates", "at most 500" },
            { Wanting($""" "topics": [{Many(21, "\"d{0}\"")}] """), "/topics", "at most 20" },
            { Wanting(""" "now": "2025-11-01T00:00:00Z" """), "/now", "'now'" },
            { Wanting(""" "colour": "red" """), "/colour", "'colour'" },
        };

    [Fact]
    public void A_preview_needs_no_channel_and_may_say_from_when()
    {
        var problems = new List<Problem>();
        using var body = JsonDocument.Parse($$"""{ {{Preferences}}, "now": "2025-11-01T01:00:00.5+01:00" }""");
        var request = SubscriptionRequest.ReadPreview(body.RootElement, Subscribing.Channels, problems)!;
        Assert.Empty(problems);
        Assert.Null(request.Target);
        Assert.Equal(Instant.FromUtc(2025, 11, 1, 0, 0) + Duration.FromMilliseconds(500), request.Now);
    }

    [Theory]
    [InlineData("now")]
    [InlineData("2025-11-01")]
    [InlineData("2025-11-01T00:00:00")]
    [InlineData("9999-11-01T00:00:00Z")]
    public void The_instant_of_a_preview_has_its_form(string now)
    {
        var problems = new List<Problem>();
        using var body = JsonDocument.Parse($$"""{ {{Preferences}}, "now": "{{now}}" }""");
        Assert.Null(SubscriptionRequest.ReadPreview(body.RootElement, Subscribing.Channels, problems));
        Assert.Equal("/now", Assert.Single(problems).Pointer);
    }

    private static SubscriptionRequest Good(string body)
    {
        var problems = new List<Problem>();
        var request = Read(body, problems);
        Assert.Empty(problems);
        return request!;
    }

    private static SubscriptionRequest? Read(string body, List<Problem> problems)
    {
        using var document = JsonDocument.Parse(body);
        return SubscriptionRequest.ReadNew(document.RootElement, Subscribing.Channels, problems);
    }

    private static string Channel(string members) => $$"""{"channel": { {{members}} }, {{Preferences}} }""";

    private static string Wishing(string members) => $$"""{ {{Email}}, {{members}} }""";

    private static string Wanting(string member) => $$"""{ {{Email}}, {{Preferences}}, {{member}} }""";

    private static string Many(int count, string form) => string.Join(
        ',',
        Enumerable.Range(1, count)
            .Select(n => form.Replace(
                "{0}", n.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
