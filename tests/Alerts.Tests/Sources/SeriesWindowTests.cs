using System.Globalization;

namespace Alerts.Tests.Sources;

/// <summary>Occurrences at the edges of the window in which series are expanded.</summary>
public sealed class SeriesWindowTests
{
    private const string Quarter = "DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20270101\nRRULE:FREQ=YEARLY";

    [Fact]
    public void An_occurrence_that_is_still_running_is_found()
    {
        Assert.Contains("s-w-20261001 added", At(2026, 11, 5).ReadFile(File(Quarter)).Open);
        Assert.DoesNotContain("s-w-20261001 added", At(2027, 2, 1).ReadFile(File(Quarter)).Open);
        const string ToDo = "DTSTART;VALUE=DATE:20261001\nDUE;VALUE=DATE:20261231\nRRULE:FREQ=YEARLY";
        Assert.Contains("s-w-20261001 added",
            At(2026, 11, 5).ReadFile(File(ToDo).Replace("VEVENT", "VTODO", StringComparison.Ordinal)).Open);
    }

    [Fact]
    public void An_occurrence_that_is_still_running_has_not_vanished()
    {
        var bench = At(2026, 10, 20).ReadFile(File(Quarter)).AcceptAll();
        bench.Now = Instant.FromUtc(2026, 11, 5, 0, 0);
        bench.ReadFile(File(Quarter)).ReadFile(File(Quarter)).ReadFile(File(Quarter));
        Assert.Empty(bench.Open);
        Assert.False(bench.Last.HasAbsent);
    }

    [Fact]
    public void An_occurrence_before_the_window_has_not_vanished()
    {
        const string Weekly = "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=WEEKLY";
        var bench = At(2026, 5, 20).ReadFile(File(Weekly)).AcceptAll().Edit("s-w-20260601", date => date with
        {
            When = date.When with { On = new LocalDate(2026, 12, 1) },
        });
        bench.Now = Instant.FromUtc(2026, 8, 1, 0, 0);
        bench.ReadFile(File(Weekly)).ReadFile(File(Weekly)).ReadFile(File(Weekly));
        Assert.Empty(bench.Open);
    }

    [Fact]
    public void What_the_limit_of_500_leaves_out_has_not_vanished()
    {
        const string Daily = "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY";
        var bench = At(2026, 1, 1).ReadFile(File(Daily)).AcceptAll();
        for (var i = 0; i < 3; i++)
        {
            bench.ReadFile(File(Daily + "\nRDATE;VALUE=DATE:20251231"));
        }

        Assert.Empty(bench.Open);
        Assert.False(bench.Last.HasAbsent);
    }

    [Fact]
    public void The_limit_of_500_takes_those_ahead_before_those_that_are_still_running()
    {
        var open = At(2026, 1, 1)
            .ReadFile(File("DTSTART;VALUE=DATE:20230101\nDTEND;VALUE=DATE:20260101\nRRULE:FREQ=DAILY")).Open.ToList();
        Assert.Equal(500, open.Count);
        Assert.Equal("s-w-20251202 added", open[0]);
        Assert.Equal("s-w-" + new LocalDate(2025, 12, 2).PlusDays(499)
            .ToString("uuuuMMdd", CultureInfo.InvariantCulture) + " added", open[^1]);
    }

    private static SourceBench At(int year, int month, int day) =>
        new() { Now = Instant.FromUtc(year, month, day, 0, 0) };

    private static string File(string content) =>
        $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:w\nSUMMARY:W\n{content}\nEND:VEVENT\nEND:VCALENDAR\n";
}
