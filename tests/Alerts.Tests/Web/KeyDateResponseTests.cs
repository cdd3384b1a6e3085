using System.Text.Json;
using Alerts.Dates;
using Alerts.Web;
using NodaTime.Text;

namespace Alerts.Tests.Web;

/// <summary>Key dates as the API shows them.</summary>
public sealed class KeyDateResponseTests
{
    [Fact]
    public void An_answer_shows_the_date_with_what_is_computed()
    {
        var moment = new Moment(
            new LocalDate(2025, 11, 10), new LocalTime(0, 1), DateTimeZoneProviders.Tzdb["America/New_York"]);
        var date = new KeyDate(
            "truce",
            "Truce \"ends\"",
            null,
            ["us-china"],
            moment,
            null,
            DateStatus.Confirmed,
            null,
            new LocalDate(2025, 10, 25),
            2);
        Assert.Equal(
            """{"id":"truce","title":"Truce \"ends\"","summary":null,"topics":["us-china"],"when":"""
            + """{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York","instant":"2025-11-10T05:01:00Z"}"""
            + ""","end":null,"status":"confirmed","phase":"upcoming","source":null"""
            + ""","checkedOn":"2025-10-25","revision":2,"url":"https://example.org/a/dates/truce"}""",
            Answer(date, "2025-11-10T05:00:59.999Z"));
    }

    [Theory]
    [InlineData("2025-11-01T14:59:59.999Z", "upcoming")] // the last day in Seoul is still running
    [InlineData("2025-11-01T15:00:00Z", "occurred")]
    public void A_date_of_several_days_has_occurred_when_its_last_day_is_over(string now, string phase)
    {
        var zone = DateTimeZoneProviders.Tzdb["Asia/Seoul"];
        var date = new KeyDate(
            "summit",
            "Summit",
            null,
            [],
            new Moment(new LocalDate(2025, 10, 31), null, zone),
            new Moment(new LocalDate(2025, 11, 1), null, zone),
            DateStatus.Confirmed,
            null,
            null,
            1);
        using var answer = JsonDocument.Parse(Answer(date, now));
        Assert.Equal(phase, answer.RootElement.GetProperty("phase").GetString());
        Assert.Equal("2025-10-30T15:00:00Z", answer.RootElement.GetProperty("when").GetProperty("instant").GetString());
        Assert.Equal("2025-10-31T15:00:00Z", answer.RootElement.GetProperty("end").GetProperty("instant").GetString());
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("end").GetProperty("time").ValueKind);
    }

    [Fact]
    public void A_date_with_a_source_says_when_it_was_checked_even_if_that_is_unknown()
    {
        var date = new KeyDate(
            "ecb-meeting",
            "Meeting",
            null,
            [],
            new Moment(new LocalDate(2025, 10, 31), null, DateTimeZone.Utc),
            null,
            DateStatus.Confirmed,
            null,
            null,
            1);
        Assert.EndsWith(
            ""","sourceId":"ecb","checkedAt":null,"pinned":false}""",
            Answer(date, "2025-10-25T12:00:00Z", new DateOrigin("ecb", CheckedAt: null, IsPinned: false)));
        Assert.EndsWith(""","url":"https://example.org/a/dates/ecb-meeting"}""", Answer(date, "2025-10-25T12:00:00Z"));
    }

    private static string Answer(KeyDate date, string now, DateOrigin? origin = null)
    {
        var at = Instant.FromUtc(2025, 10, 25, 12, 0);
        var answer = KeyDateResponse.Of(
            new DateVersion(1, at, at, DateChange.Added, null, date),
            InstantPattern.ExtendedIso.Parse(now).Value,
            new PublicUrl(new Uri("https://example.org/a/")),
            origin);
        return JsonSerializer.Serialize(answer, ApiJson.Options);
    }
}
