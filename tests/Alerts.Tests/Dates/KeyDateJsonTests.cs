using System.Text.Json;
using Alerts.Dates;

namespace Alerts.Tests.Dates;

/// <summary>What the body of a PUT may contain, and the problem reported for each error.</summary>
public sealed class KeyDateJsonTests
{
    private const string When = """ "when": {"date": "2025-11-10", "time": "00:01", "timeZone": "America/New_York"} """;
    private const string AllDay = """ "when": {"date": "2025-11-10", "timeZone": "Asia/Seoul"} """;

    [Fact]
    public void Only_title_and_when_are_required()
    {
        var date = Good($$"""{"title": "  Truce expires ", {{AllDay}}}""");
        Assert.Equal("truce", date.Id);
        Assert.Equal("Truce expires", date.Title);
        Assert.Equal(
            new Moment(new LocalDate(2025, 11, 10), null, DateTimeZoneProviders.Tzdb["Asia/Seoul"]), date.When);
        Assert.Equal(DateStatus.Confirmed, date.Status);
        Assert.Empty(date.Topics);
        Assert.Null(date.Summary);
        Assert.Null(date.End);
        Assert.Null(date.Source);
        Assert.Null(date.CheckedOn);
    }

    [Fact]
    public void Everything_given_is_read()
    {
        using var body = JsonDocument.Parse($$"""
            {"title": "T", "summary": "one\r\ntwo\tthree", "topics": ["b", "a", "b"], {{When}},
             "end": {"date": "2025-11-11", "time": "00:00"},
             "status": "tentative", "source": "http://example.org/x", "checkedOn": "2025-10-25",
             "reason": "because\nso"}
            """);
        var problems = new List<Problem>();
        var date = KeyDateJson.Read(body.RootElement, "", "truce", problems, out var reason)!;
        Assert.Empty(problems);
        Assert.Equal("one\r\ntwo\tthree", date.Summary);
        Assert.Equal(["b", "a"], date.Topics);
        Assert.Equal(new LocalTime(0, 1), date.When.At);
        Assert.Equal("America/New_York", date.End!.Zone.Id);
        Assert.Equal(LocalTime.Midnight, date.End.At);
        Assert.Equal(DateStatus.Tentative, date.Status);
        Assert.Equal("http://example.org/x", date.Source);
        Assert.Equal(new LocalDate(2025, 10, 25), date.CheckedOn);
        Assert.Equal("because\nso", reason);
    }

    [Fact]
    public void What_a_get_gave_can_be_sent_back()
    {
        var date = Good("""
            {"id": "another", "title": "T", "summary": null, "topics": [],
             "when": {"date": "2025-10-31", "time": null, "timeZone": "Asia/Seoul", "instant": "2025-10-30T15:00:00Z"},
             "end": {"date": "2025-11-01", "time": null, "timeZone": "Asia/Seoul", "instant": "x"},
             "status": "confirmed", "phase": "upcoming", "source": null, "checkedOn": null, "revision": 7,
             "url": "https://x"}
            """);
        Assert.Equal("truce", date.Id);
    }

    [Fact]
    public void A_character_is_a_code_point() =>
        Good($$"""{"title": "{{string.Concat(Enumerable.Repeat("😀", 200))}}", {{AllDay}}}""");

    [Theory]
    [MemberData(nameof(BadBodies))]
    public void What_is_wrong_is_named(string body, string place, string says)
    {
        using var document = JsonDocument.Parse(body);
        var problems = new List<Problem>();
        Assert.Null(KeyDateJson.Read(document.RootElement, "", "truce", problems, out _));
        var problem = Assert.Single(problems);
        Assert.Equal(place, problem.Pointer);
        Assert.Contains(says, problem.Detail, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> BadBodies =>
        new()
        {
            { $$"""{ {{AllDay}} }""", "/title", "missing" },
            { $$"""{"title": null, {{AllDay}} }""", "/title", "missing" },
            { $$"""{"title": 5, {{AllDay}} }""", "/title", "a number" },
            { $$"""{"title": " \t ", {{AllDay}} }""", "/title", "blank" },
            { $$"""{"title": "a\nb", {{AllDay}} }""", "/title", "control" },
            { $$"""{"title": "a\u0000b", {{AllDay}} }""", "/title", "control" },
            { $$"""{"title": "a\u2028b", {{AllDay}} }""", "/title", "control" },
            { $$"""{"title": "a\u0085b", {{AllDay}} }""", "/title", "control" },
            { $$"""{"title": "{{new string('x', 201)}}", {{AllDay}} }""", "/title", "201 characters" },
            { $$"""{"title": "{{new string('x', 10_000)}}", {{AllDay}} }""", "/title", "10000 characters" },
            { Body(""" "summary": "a\u0007" """), "/summary", "control" },
            { Body($""" "summary": "{new string('x', 2001)}" """), "/summary", "2001 characters" },
            { Body($""" "reason": "{new string('x', 1001)}" """), "/reason", "1001 characters" },
            { Body(""" "topics": "tariffs" """), "/topics", "a string" },
            { Body(""" "topics": ["ok", "Tariffs"] """), "/topics/1", "'Tariffs'" },
            { Body(""" "topics": ["a\u0001"] """), "/topics/0", "'a?'" },
            { Body(""" "topics": [""] """), "/topics/0", "a-z" },
            {
                Body(
                    """ "topics": ["""
                    + string.Join(',', Enumerable.Range(0, 21).Select(n => FormattableString.Invariant($"\"t{n}\"")))
                    + "] "),
                "/topics",
                "at most 20"
            },
            { Body(""" "status": "occurred" """), "/status", "tentative or confirmed or cancelled" },
            { Body(""" "status": "Confirmed" """), "/status", "tentative" },
            { Body(""" "source": "example.org" """), "/source", "http" },
            { Body(""" "source": "javascript:alert(1)" """), "/source", "http" },
            { Body(""" "source": "https://a b" """), "/source", "http" },
            { Body($""" "source": "https://example.org/{new string('x', 2048)}" """), "/source", "2,048" },
            { Body(""" "checkedOn": "25.10.2025" """), "/checkedOn", "YYYY-MM-DD" },
            { Body(""" "surprise": 1 """), "/surprise", "'surprise'" },
            { Body(""" "recordedAt": null """), "/recordedAt", "'recordedAt'" },
            { $$"""{"title": "T"}""", "/when", "missing" },
            { $$"""{"title": "T", "when": "2025-11-10"}""", "/when", "a string" },
            { Timed(""" "time": "00:01", "timeZone": "UTC" """), "/when/date", "missing" },
            { Timed(""" "date": "2025-11-31", "timeZone": "UTC" """), "/when/date", "not a day" },
            { Timed(""" "date": "2025-1-3", "timeZone": "UTC" """), "/when/date", "YYYY-MM-DD" },
            { Timed(""" "date": "1899-12-31", "timeZone": "UTC" """), "/when/date", "1900" },
            { Timed(""" "date": "9999-01-01", "timeZone": "UTC" """), "/when/date", "9998" },
            { Timed(""" "date": "-2025-01-01", "timeZone": "UTC" """), "/when/date", "YYYY-MM-DD" },
            { Timed(""" "date": "2025-11-10", "time": "24:00", "timeZone": "UTC" """), "/when/time", "HH:MM" },
            { Timed(""" "date": "2025-11-10", "time": "25:00", "timeZone": "UTC" """), "/when/time", "HH:MM" },
            { Timed(""" "date": "2025-11-10", "time": "9:00", "timeZone": "UTC" """), "/when/time", "HH:MM" },
            { Timed(""" "date": "2025-11-10", "time": "09:00:00", "timeZone": "UTC" """), "/when/time", "HH:MM" },
            { Timed(""" "date": "2025-11-10", "time": "٠٩:٠٠", "timeZone": "UTC" """), "/when/time", "HH:MM" },
            { Timed(""" "date": "2025-11-10" """), "/when/timeZone", "missing" },
            { Timed(""" "date": "2025-11-10", "timeZone": "" """), "/when/timeZone", "IANA" },
            { Timed(""" "date": "2025-11-10", "timeZone": "Mars/Olympus" """), "/when/timeZone", "IANA" },
            { Timed(""" "date": "2025-11-10", "timeZone": "UTC+5" """), "/when/timeZone", "IANA" },
            {
                Timed(""" "date": "2025-11-10", "timeZone": "america/new_york" """),
                "/when/timeZone",
                "write 'America/New_York'"
            },
            {
                Timed(""" "date": "2025-11-10", "timeZone": "Eastern Standard Time" """),
                "/when/timeZone",
                "write 'America/New_York'"
            },
            { Timed(""" "date": "2025-11-10", "timeZone": "UTC", "zone": 1 """), "/when/zone", "'zone'" },
            { Ending(""" "time": "00:02" """), "/end/date", "missing" },
            { Ending(""" "date": "2025-11-11" """), "/end/time", "no time" },
            { Ending(""" "date": "2025-11-10", "time": "00:00" """), "/end/date", "before" },
            {
                Ending(""" "date": "2025-11-11", "time": "00:00", "timeZone": "America/Chicago" """),
                "/end/timeZone",
                "write 'America/New_York'"
            },
            {
                $$"""{"title": "T", {{AllDay}}, "end": {"date": "2025-11-11", "time": "10:00"} }""",
                "/end/time",
                "has a time"
            },
            { $$"""{"title": "T", {{AllDay}}, "end": {"date": "2025-11-09"} }""", "/end/date", "before" },
            { "[]", "", "an object" },
        };

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        using var body = JsonDocument.Parse(
            """{"title": "", "status": "x", "when": {"date": "x", "timeZone": "y"}, "end": {"date": "z"}}""");
        var problems = new List<Problem>();
        Assert.Null(KeyDateJson.Read(body.RootElement, "/3", "truce", problems, out _));
        Assert.Equal(
            ["/3/end/date", "/3/status", "/3/title", "/3/when/date", "/3/when/timeZone"],
            problems.Select(p => p.Pointer).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Truce")]
    [InlineData("a_b")]
    [InlineData("a/b")]
    public void An_id_has_its_form(string id)
    {
        using var body = JsonDocument.Parse($$"""{"title": "T", {{AllDay}}}""");
        var problems = new List<Problem>();
        Assert.Null(KeyDateJson.Read(body.RootElement, "", id, problems, out _));
        Assert.Equal("/id", Assert.Single(problems).Pointer);
    }

    private static string Body(string member) => $$"""{"title": "T", {{AllDay}}, {{member}}}""";

    private static string Timed(string when) => $$"""{"title": "T", "when": { {{when}} } }""";

    private static string Ending(string end) => $$"""{"title": "T", {{When}}, "end": { {{end}} } }""";

    private static KeyDate Good(string body)
    {
        using var document = JsonDocument.Parse(body);
        var problems = new List<Problem>();
        var date = KeyDateJson.Read(document.RootElement, "", "truce", problems, out _);
        Assert.Empty(problems);
        return date!;
    }
}
