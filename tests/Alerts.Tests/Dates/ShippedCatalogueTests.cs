using Alerts.Dates;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.Dates;

/// <summary>The shipped dates are those of the product contract, section 2.</summary>
public sealed class ShippedCatalogueTests
{
    [Theory]
    [InlineData("us-tariffs-china-100", 1, "2025-10-25", 1, "tentative", "2025-11-01 America/New_York", "us-china tariffs")]
    [InlineData("us-tariffs-china-100", 2, "2025-10-30", 2, "cancelled", "2025-11-01 America/New_York", "us-china tariffs")]
    [InlineData("us-china-truce-expiry", 1, "2025-10-25", 1, "confirmed", "2025-11-10 00:01 America/New_York", "us-china tariffs")]
    [InlineData("us-china-truce-expiry", 2, "2025-11-04", 2, "confirmed", "2026-11-10 00:01 America/New_York", "us-china tariffs")]
    [InlineData("trump-xi-meeting-2025", 1, "2025-10-25", 1, "tentative", "2025-10-30 Asia/Seoul", "us-china summits")]
    [InlineData("trump-xi-meeting-2025", 2, "2025-10-29", 1, "confirmed", "2025-10-30 Asia/Seoul", "us-china summits")]
    [InlineData("apec-leaders-2025", 1, "2025-10-25", 1, "confirmed", "2025-10-31 Asia/Seoul to 2025-11-01", "apec summits")]
    [InlineData("apec-leaders-2026", 1, "2025-12-12", 1, "confirmed", "2026-11-18 Asia/Shanghai to 2026-11-19", "apec summits")]
    [InlineData("us-section-301-exclusions-2026", 1, "2025-11-04", 1, "confirmed", "2026-11-10 America/New_York", "us-china tariffs")]
    [InlineData("china-farm-tariff-suspension", 1, "2025-11-04", 1, "confirmed", "2026-12-31 Asia/Shanghai", "us-china tariffs")]
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
        Assert.Equal(status, KeyDateJson.Word(date.Status));
        Assert.Equal(when, Words(date));
        Assert.Equal(topics.Split(' '), date.Topics);
        Assert.Equal(recordedOn, LocalDatePattern.Iso.Format(date.CheckedOn!.Value));
    }

    [Fact]
    public void There_are_seven_dates_in_order_of_entry_each_with_text_and_source()
    {
        var entries = ShippedCatalogue.Entries;
        Assert.Equal(10, entries.Count);
        Assert.Equal(7, entries.DistinctBy(entry => entry.DateId).Count());
        Assert.Equal(entries.OrderBy(entry => entry.EntersAt).ThenBy(entry => entry.DateId, StringComparer.Ordinal).ThenBy(entry => entry.Place), entries);
        Assert.All(entries, entry => Assert.NotNull(entry.Wanted.Summary));
        Assert.All(entries, entry => Assert.StartsWith("https://", entry.Wanted.Source, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Equal(entry.Place == 1, entry.Reason is null));
    }

    private static string Words(KeyDate date)
    {
        var when = date.When;
        var time = when.At is { } at ? " " + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at) : "";
        var end = date.End is { } last ? " to " + LocalDatePattern.Iso.Format(last.On) : "";
        return LocalDatePattern.Iso.Format(when.On) + time + " " + when.Zone.Id + end;
    }
}
