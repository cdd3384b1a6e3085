using Alerts.Dates;
using Alerts.Tests.Support;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>
/// Exports in the styles of other programs: read by us, written in our feed and read again by published libraries, they
/// say what those libraries read in the export itself.
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
            RepositoryRoot.At($"tests/Alerts.Tests/Dates/Calendars/Exports/{name}.ics"),
                TestContext.Current.CancellationToken);
        var bench = ImportBench.Of(export);
        Assert.All(bench.Output, line => Assert.EndsWith(" added", line, StringComparison.Ordinal));

        string[] libraries = ["ical.js", "node-ical"];
        var read = await CalendarReaders.InstantsAsync([export, OurFeed.Of(bench.Dates)], libraries);

        var expected = bench.Dates.Select(Line).Order(StringComparer.Ordinal).ToList();
        Assert.All(libraries, library =>
            Assert.Equal(expected, read[1][library].Values.Select(Start).Order(StringComparer.Ordinal)));

        // Each of them reads some exports as floating: ical.js knows no zone without a VTIMEZONE, node-ical no prefix.
        Assert.Contains(libraries, library =>
            expected.SequenceEqual(read[0][library].Values.Select(Start).Order(StringComparer.Ordinal)));
    }

    private static string Line(KeyDate date) =>
        (date.When.IsAllDay ? LocalDatePattern.Iso.Format(date.When.On) : InstantPattern.General.Format(date.Start))
        + " " + date.Title;

    /// <summary>Our end is one only on a later day, so the start and the title are compared.</summary>
    private static string Start(string line) =>
        line.Split(' ', 3) is [var start, _, var summary] ? $"{start} {summary}" : line;
}
