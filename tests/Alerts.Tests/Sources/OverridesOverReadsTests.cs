namespace Alerts.Tests.Sources;

/// <summary>Overrides of one occurrence (RECURRENCE-ID) that come, change and go from read to read.</summary>
public sealed class OverridesOverReadsTests
{
    private const string Id = "s-w-20260608";
    private const string Start = "DTSTART:20260608T090000Z";
    private const string Later = "DTSTART:20260609T090000Z";
    private const string Cancelled = "STATUS:CANCELLED";

    [Theory]
    [InlineData("SEQUENCE:0", Later, Id + " moved")]
    [InlineData("", Later, Id + " moved")]
    [InlineData("SEQUENCE:0", Start + "\n" + Cancelled, Id + " cancelled")]
    public void An_override_counts_whatever_the_sequence_of_its_series(string stamp, string content, string proposed)
    {
        var bench = Accepted(Series("SEQUENCE:4")).ReadFile(File(Series("SEQUENCE:4"), Override(stamp, content)));
        Assert.Equal([proposed], bench.Open);
        Assert.Empty(bench.Last.Warnings!);
    }

    [Theory]
    [InlineData("", "SEQUENCE:1")]
    [InlineData("SEQUENCE:2\nLAST-MODIFIED:20260101T000000Z", "SEQUENCE:3\nLAST-MODIFIED:20260110T000000Z")]
    public void Its_series_counts_again_when_an_override_is_removed(string series, string own)
    {
        var bench = Accepted(Series(series), Override(own, Later)).ReadFile(File(Series(series)));
        Assert.Equal([Id + " moved"], bench.Open);
        Assert.Contains(Id + " 2026-06-08 W", bench.AcceptAll().Dates);
        Assert.Empty(bench.Last.Warnings!);
    }

    [Fact]
    public void An_override_older_than_itself_is_skipped()
    {
        var bench = Accepted(Series(""), Override("SEQUENCE:3", Later))
            .ReadFile(File(Series(""), Override("SEQUENCE:2", "DTSTART:20260610T090000Z")));
        Assert.Empty(bench.Open);
        Assert.Contains("older", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_copy_of_a_series_undoes_no_override()
    {
        var bench = Accepted(Series("SEQUENCE:2"), Override("SEQUENCE:0", Later)).ReadFile(File(Series("SEQUENCE:1")));
        Assert.Empty(bench.Open);
        Assert.All(bench.Last.Warnings!, warning => Assert.Contains("older", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void An_occurrence_is_reinstated_when_the_override_that_cancelled_it_is_gone()
    {
        var bench = Accepted(Series(""), Override("", $"{Start}\n{Cancelled}"));
        Assert.Contains(Id + " 2026-06-08 W x", bench.Dates);
        Assert.Equal([Id + " reinstated"], bench.ReadFile(File(Series(""))).Open);
        Assert.Contains(Id + " 2026-06-08 W", bench.AcceptAll().ReadFile(File(Series(""))).Dates);
        Assert.Empty(bench.Open);
    }

    [Fact]
    public void An_override_without_a_status_reinstates_nothing()
    {
        var bench = Accepted(Series(""), Override("", $"{Start}\n{Cancelled}"))
            .ReadFile(File(Series(""), Override("", Start)));
        Assert.Empty(bench.Open);
        Assert.Contains(Id + " 2026-06-08 W x", bench.Dates);
    }

    [Fact]
    public void An_occurrence_that_a_message_cancelled_stays_cancelled()
    {
        var cancel = File(Override("SEQUENCE:1", "")).Replace("BEGIN:VEVENT", "METHOD:CANCEL\nBEGIN:VEVENT",
            StringComparison.Ordinal);
        var bench = Accepted(Series("")).ReadFile(File(Series("")) + cancel).AcceptAll();
        Assert.Contains(Id + " 2026-06-08 W x", bench.Dates);
        Assert.Empty(bench.ReadFile(File(Series(""))).Open);
    }

    private static SourceBench Accepted(params IEnumerable<string> events) =>
        new SourceBench().ReadFile(File(events)).AcceptAll();

    private static string Series(string stamp) => $"{Stamped(stamp)}\nSUMMARY:W\nDTSTART:20260601T090000Z\n"
        + "RRULE:FREQ=WEEKLY;COUNT=3";

    private static string Override(string stamp, string content) =>
        $"{Stamped(stamp)}\nRECURRENCE-ID:20260608T090000Z\n{content}";

    private static string Stamped(string stamp) => $"UID:w\nDTSTAMP:20260101T000000Z\n{stamp}";

    private static string File(params IEnumerable<string> events) => "BEGIN:VCALENDAR\n"
        + string.Concat(events.Select(one => $"BEGIN:VEVENT\n{one}\nEND:VEVENT\n")) + "END:VCALENDAR\n";
}
