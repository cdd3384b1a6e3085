using System.Text;
using System.Text.Json;
using Alerts.App;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Tests.Support;
using CsCheck;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.Dates;

/// <summary>Key dates are written and read back unchanged.</summary>
public sealed class KeyDateTextTests
{
    [Fact]
    public void What_is_stored_comes_back_exactly() => AnyKeyDate.Any.Sample(date =>
    {
        var back = KeyDateText.FromStored(KeyDateText.ToStored(date));
        return back.HasSameContentAs(date) && back.Id == date.Id && back.Revision == date.Revision;
    });

    [Fact]
    public void An_export_is_imported_unchanged() => AnyKeyDate.Any.Array[0, 5].Sample(given =>
    {
        var dates = given.DistinctBy(date => date.Id).ToList();
        var file = DatesFile.Read(Encoding.UTF8.GetBytes(DatesFile.Write(dates)));
        Assert.Empty(file.Errors);
        Assert.Equal(dates.Select(date => date.Id), file.Dates.Select(date => date.Id));
        Assert.All(dates.Zip(file.Dates), pair =>
            Assert.True(pair.First.HasSameContentAs(pair.Second.Against(null, null).Wanted!)));
    });

    [Fact]
    public void An_answer_shows_the_date_with_what_is_computed()
    {
        var moment = new Moment(
            new LocalDate(2025, 11, 10),
            new LocalTime(0, 1),
            DateTimeZoneProviders.Tzdb["America/New_York"]);
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
            """{"id":"truce","title":"Truce \u0022ends\u0022","summary":null,"topics":["us-china"],"when":"""
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

    private static string Answer(KeyDate date, string now)
    {
        var at = Instant.FromUtc(2025, 10, 25, 12, 0);
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            KeyDateText.Write(
                writer,
                new DateVersion(1, at, at, DateChange.Added, null, date),
                InstantPattern.ExtendedIso.Parse(now).Value,
                new PublicUrl(new Uri("https://example.org/a/"))
            );
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
