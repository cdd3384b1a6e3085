using Alerts.Dates;
using CsCheck;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Imports our own feed into an instance without dates.</summary>
public sealed class OurFeedTests
{
    [Fact]
    public void Importing_our_feed_gives_equal_dates() => AnyKeyDate.Any.Array[1, 8].Sample(some =>
    {
        var dates = some.DistinctBy(date => date.Id).Select(Expressible).ToList();
        var bench = ImportBench.Of(OurFeed.Of(dates));
        Assert.All(bench.Output, line => Assert.EndsWith(" added", line, StringComparison.Ordinal));
        foreach (var date in dates)
        {
            var read = bench[date.Id] with { CheckedOn = date.CheckedOn };
            Assert.True(read.HasSameContentAs(date), $"{date}\n{read}");
        }
    }, iter: 400);

    [Theory]
    [InlineData("2026-11-01 01:30", null, "America/New_York")] // occurs twice
    [InlineData("2026-03-08 02:30", "2026-03-08 02:45", "America/New_York")] // does not exist
    [InlineData("2026-11-10 09:00", "2026-11-10 17:00", "EST5EDT")]
    [InlineData("2026-11-10 17:00", "2026-11-12 09:00", "Asia/Seoul")]
    [InlineData("2026-11-10 09:00", "2026-11-10 09:00", "UTC")]
    [InlineData("2026-11-10 09:00", null, "GMT")]
    [InlineData("2026-11-10", "2026-11-10", "Pacific/Apia")]
    public void A_date_that_calendars_have_no_place_for_comes_back_too(string when, string? end, string zone)
    {
        Moment Of(string text) => new(
            LocalDateOf(text), text.Length > 10
                ? new LocalTime(int.Parse(text[11..13], null), int.Parse(text[14..16], null)) : null,
                    DateTimeZoneProviders.Tzdb[zone]);
        var date = new KeyDate("a", "T", null, [], Of(when), end is null ? null : Of(end), DateStatus.Cancelled, null,
            null, 1);
        var read = ImportBench.Of(OurFeed.Of([date])).Clean();
        Assert.True(read.HasSameContentAs(date), $"{date}\n{read}");
    }

    [Fact]
    public void What_others_changed_beside_our_marks_counts()
    {
        var date = new KeyDate("a", "T", null, [], At(9), At(17), DateStatus.Confirmed, null, null, 1);
        var feed = OurFeed.Of([date]).Replace("T090000", "T100000", StringComparison.Ordinal)
            .Replace("URL:https://alerts.example.com/dates/a", "URL:https://example.org/", StringComparison.Ordinal);
        var read = ImportBench.Of(feed).Clean();
        Assert.Equal((new LocalTime(10, 0), "https://example.org/"), (read.When.At, read.Source));

        Moment At(int hour) =>
            new(new LocalDate(2026, 11, 10), new LocalTime(hour, 0), DateTimeZoneProviders.Tzdb["Asia/Seoul"]);
    }

    private static LocalDate LocalDateOf(string text) =>
        new(int.Parse(text[..4], null), int.Parse(text[5..7], null), int.Parse(text[8..10], null));

    /// <summary>Returns what a feed can express: RFC 5545 has one kind of line break.</summary>
    private static KeyDate Expressible(KeyDate date) => date with
    {
        Summary = date.Summary?.ReplaceLineEndings("\n"),
        Title = date.Title.Trim(),
    };
}
