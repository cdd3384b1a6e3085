using Alerts.Dates;
using Alerts.Tests.Support;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>
/// Exports in the styles of other programs: read by us, written in our feed and read again by published libraries, they say
/// what those libraries read in the export itself.
/// </summary>
public sealed class ExportsOfOthersTests
{
    [Theory]
    [InlineData("outlook")]
    [InlineData("google")]
    [InlineData("apple")]
    [InlineData("nextcloud")]
    [InlineData("thunderbird")]
    [InlineData("government")]
    public async Task An_export_comes_back_equal_through_our_feed(string name)
    {
        var export = await File.ReadAllTextAsync(
            RepositoryRoot.At($"tests/Alerts.Tests/Dates/Calendars/Exports/{name}.ics"), TestContext.Current.CancellationToken);
        var bench = ImportBench.Of(export);
        Assert.All(bench.Output, line => Assert.EndsWith(" added", line, StringComparison.Ordinal));

        var read = await CalendarReaders.InstantsAsync([export, OurFeed.Of(bench.Dates)]);

        foreach (var library in (string[])["ical.js", "node-ical"])
        {
            var (theirs, ours) = (read[0][library], read[1][library]);
            Assert.Equal(bench.Dates.Count(), theirs.Count);
            Assert.Equal(theirs.Values.Select(Start).Order(StringComparer.Ordinal), ours.Values.Select(Start).Order(StringComparer.Ordinal));
        }

        Assert.Equal(
            read[0]["ical.js"].Values.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal),
            bench.Dates.Select(date => date.When.IsAllDay ? LocalDatePattern.Iso.Format(date.When.On) : InstantPattern.General.Format(date.Start)).Order(StringComparer.Ordinal));
    }

    /// <summary>Our end is one only on a later day, so the start and the title are compared.</summary>
    private static string Start(string line) => line.Split(' ', 3) is [var start, _, var summary] ? $"{start} {summary}" : line;
}
