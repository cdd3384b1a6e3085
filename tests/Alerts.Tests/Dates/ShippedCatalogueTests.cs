using Alerts.Dates;
using NodaTime.Text;

namespace Alerts.Tests.Dates;

/// <summary>The shipped dates: those of section 2 of the product contract, and some added later.</summary>
public sealed class ShippedCatalogueTests
{
    private static readonly string[] OfTheContract =
    [
        "us-tariffs-china-100",
        "us-china-truce-expiry",
        "trump-xi-meeting-2025",
        "apec-leaders-2025",
        "apec-leaders-2026",
        "us-section-301-exclusions-2026",
        "china-farm-tariff-suspension",
    ];

    [Theory]
    [InlineData(
        "us-tariffs-china-100", 1, "2025-10-25", 1, "tentative", "2025-11-01 America/New_York", "us-china tariffs")]
    [InlineData(
        "us-tariffs-china-100", 2, "2025-10-30", 2, "cancelled", "2025-11-01 America/New_York", "us-china tariffs")]
    [InlineData(
        "us-china-truce-expiry", 1, "2025-10-25", 1, "confirmed", "2025-11-10 00:01 America/New_York",
        "us-china tariffs")]
    [InlineData(
        "us-china-truce-expiry", 2, "2025-11-04", 2, "confirmed", "2026-11-10 00:01 America/New_York",
        "us-china tariffs")]
    [InlineData("trump-xi-meeting-2025", 1, "2025-10-25", 1, "tentative", "2025-10-30 Asia/Seoul", "us-china summits")]
    [InlineData("trump-xi-meeting-2025", 2, "2025-10-29", 1, "confirmed", "2025-10-30 Asia/Seoul", "us-china summits")]
    [InlineData(
        "apec-leaders-2025", 1, "2025-10-25", 1, "confirmed", "2025-10-31 Asia/Seoul to 2025-11-01", "apec summits")]
    [InlineData(
        "apec-leaders-2026", 1, "2025-12-12", 1, "confirmed", "2026-11-18 Asia/Shanghai to 2026-11-19", "apec summits")]
    [InlineData(
        "us-section-301-exclusions-2026", 1, "2025-11-04", 1, "confirmed", "2026-11-10 America/New_York",
        "us-china tariffs")]
    [InlineData(
        "china-farm-tariff-suspension", 1, "2025-11-04", 1, "confirmed", "2026-12-31 Asia/Shanghai",
        "us-china tariffs")]
    public void Each_state_of_a_shipped_date_enters_at_noon_of_its_day(
        string id, int place, string recordedOn, int revision, string status, string when, string topics)
    {
        var history = ShippedCatalogue.Entries.Where(entry => entry.DateId == id).ToList();
        DateVersion? version = null;
        foreach (var entry in history.Take(place))
        {
            version = DateVersion.Next(version, entry.Wanted, entry.Reason, entry.EntersAt);
        }

        var date = version!.KeyDate;
        Assert.Equal(InstantPattern.ExtendedIso.Parse(recordedOn + "T12:00:00Z").Value, version.RecordedAt);
        Assert.Equal(place, history[place - 1].Place);
        Assert.Equal(revision, date.Revision);
        Assert.Equal(status, date.Status.Word());
        Assert.Equal(when, Words(date));
        Assert.Equal(topics.Split(' '), date.Topics);
        Assert.Equal(recordedOn, LocalDatePattern.Iso.Format(date.CheckedOn!.Value));
    }

    [Fact]
    public void Each_entry_has_text_and_source_and_they_come_in_order_of_entry()
    {
        var entries = ShippedCatalogue.Entries;
        Assert.Equal(
            entries.OrderBy(entry => entry.EntersAt)
                .ThenBy(entry => entry.DateId, StringComparer.Ordinal).ThenBy(entry => entry.Place),
            entries);
        Assert.All(entries, entry => Assert.NotNull(entry.Wanted.Summary));
        Assert.All(entries, entry => Assert.StartsWith("https://", entry.Wanted.Source, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Equal(entry.Place == 1, entry.Reason is null));
    }

    // The demo replays up to 11 November 2025. Later additions must not change its story.
    [Fact]
    public void What_is_not_of_the_contract_enters_after_the_story_of_the_demo()
    {
        var others = ShippedCatalogue.Entries.Where(entry => !OfTheContract.Contains(entry.DateId)).ToList();
        Assert.Equal(10, ShippedCatalogue.Entries.Count - others.Count);
        Assert.All(others, entry => Assert.True(entry.EntersAt >= Instant.FromUtc(2025, 11, 12, 0, 0)));
    }

    [Fact]
    public void Five_dates_or_more_lie_ahead_of_the_day_of_this_release()
    {
        var released = Instant.FromUtc(2026, 11, 24, 0, 0);
        Assert.InRange(
            ShippedCatalogue.Entries.GroupBy(entry => entry.DateId)
                .Count(date => date.Last().Wanted is { IsCancelled: false } last && last.Start > released),
            5,
            100);
    }

    [Fact]
    public void The_deforestation_regulation_moved_by_a_year()
    {
        var history = ShippedCatalogue.Entries.Where(entry => entry.DateId == "eu-deforestation-regulation").ToList();
        var first = DateVersion.Next(null, history[0].Wanted, history[0].Reason, history[0].EntersAt)!;
        var second = DateVersion.Next(first, history[1].Wanted, history[1].Reason, history[1].EntersAt)!;
        Assert.Equal(
            (DateChange.Moved, 2, "2026-12-30 Europe/Brussels"),
            (second.Change, second.KeyDate.Revision, Words(second.KeyDate)));
    }

    private static string Words(KeyDate date)
    {
        var when = date.When;
        var time = when.At is { } at ? " " + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at) : "";
        var end = date.End is { } last ? " to " + LocalDatePattern.Iso.Format(last.On) : "";
        return LocalDatePattern.Iso.Format(when.On) + time + " " + when.Zone.Id + end;
    }
}
