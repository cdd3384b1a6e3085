using Alerts.Dates;
using NodaTime.Text;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>
/// Exports in the styles of other programs. We read each one, write it to our feed, and published libraries read the
/// feed. Their result equals what they read in the export itself.
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

        var dates = bench.Dates.ToList();
        var expected = dates.Select(Line).Order(StringComparer.Ordinal).ToList();
        List<string> Said(int calendar, string library) =>
            [.. read[calendar][library].Values.Select(line => Kept(line, dates)).Order(StringComparer.Ordinal)];
        Assert.All(libraries, library => Assert.Equal(expected, Said(1, library)));

        // Each library reads some exports as floating: ical.js knows no zone without a VTIMEZONE, node-ical no prefix.
        Assert.Contains(libraries, library => expected.SequenceEqual(Said(0, library)));
    }

    /// <summary>
    /// Formats a date as the libraries do: the end of an all-day date is exclusive, and a missing end equals the start.
    /// </summary>
    private static string Line(KeyDate date)
    {
        var last = date.End ?? date.When;
        return date.When.IsAllDay
            ? $"{LocalDatePattern.Iso.Format(date.When.On)} {LocalDatePattern.Iso.Format(last.On.PlusDays(1))} "
                + date.Title
            : $"{InstantPattern.General.Format(date.Start)} {InstantPattern.General.Format(last.Start)} " + date.Title;
    }

    /// <summary>
    /// Reduces a line of a library to what we keep: a timed end only if it is on a later day than the start.
    /// </summary>
    private static string Kept(string line, IReadOnlyList<KeyDate> dates)
    {
        if (line.Split(' ', 3) is not [var start, var end, var title]
            || dates.FirstOrDefault(date => date.Title == title) is not { When: { IsAllDay: false } when }
            || !InstantPattern.General.Parse(end).TryGetValue(default, out var ends))
        {
            return line;
        }

        return ends.InZone(when.Zone).Date > when.On ? line : $"{start} {start} {title}";
    }
}
