using Alerts.Dates;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>The effect of METHOD, STATUS and SEQUENCE on known dates.</summary>
public sealed class CalendarMethodTests
{
    private const string When = "SUMMARY:S\nDTSTART:20261110T050100Z\n";

    private static readonly string Known = Event("SEQUENCE:2\nDTSTAMP:20261001T000000Z");

    [Theory]
    [InlineData("SEQUENCE:3", "VEVENT")]
    [InlineData("SEQUENCE:2\nSTATUS:CONFIRMED", "VEVENT")]
    [InlineData("SEQUENCE:2", "VTODO")]
    [InlineData("SEQUENCE:3\nDTSTART:20261110T050100Z", "VEVENT")]
    [InlineData("SEQUENCE:3\nDTSTART:banana", "VEVENT")]
    [InlineData("SEQUENCE:3\nSTATUS:CANCELLED\nDUE:20261110T050100Z", "VTODO")]
    public void A_cancellation_needs_no_more_than_a_known_uid(string content, string kind)
    {
        var bench = ImportBench.Of(Known, CalendarText.Event(content, "METHOD:CANCEL\n", kind));
        Assert.Equal("a cancelled", bench.Output[^1]);
        Assert.Equal(("2026-11-10T05:01:00Z UTC", "S"), (ImportBench.Words(bench["a"]), bench["a"].Title));
    }

    [Theory]
    [InlineData("METHOD:CANCEL\r\n")]
    [InlineData("METHOD:Cancel\r\n")]
    [InlineData("METHOD:CAN\r\n CEL\r\n")]
    public void A_method_counts_wherever_it_stands_and_however_it_is_written(string method)
    {
        var after = $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSEQUENCE:3\nEND:VEVENT\n{method}END:VCALENDAR\n";
        Assert.Equal("a cancelled", ImportBench.Of(Known, after).Output[^1]);
        Assert.Equal("a cancelled", ImportBench.Of(Known, CalendarText.Event("SEQUENCE:3", method)).Output[^1]);
    }

    [Fact]
    public void A_cancellation_of_an_unknown_date_is_left_out_with_a_warning()
    {
        var bench = ImportBench.Of(CalendarText.Event("SEQUENCE:3", "METHOD:CANCEL\n"));
        Assert.Contains("no date with its UID is known", Assert.Single(bench.Output), StringComparison.Ordinal);
        Assert.Empty(bench.Dates);
    }

    [Theory]
    [InlineData("SEQUENCE:3\nDTSTART:20200101T050100Z\nRRULE:FREQ=WEEKLY")]
    [InlineData("SEQUENCE:3\nSUMMARY:S\nDTSTART:20200101T050100Z\nRDATE:20200102T050100Z\nEXDATE:20200103T050100Z")]
    [InlineData("SEQUENCE:3\nRRULE:FREQ=WEEKLY")]
    public void A_cancellation_may_name_the_rule_of_its_series(string content)
    {
        var cancel = CalendarText.Event(content, "METHOD:CANCEL\n");
        var bench = ImportBench.Of(Known, cancel);
        Assert.Equal("a cancelled", bench.Output[^1]);
        Assert.Equal("2026-11-10T05:01:00Z UTC", ImportBench.Words(bench["a"]));
        Assert.Contains("no date with its UID is known", Assert.Single(ImportBench.Of(cancel).Output),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_of_one_occurrence_is_refused_by_name() =>
        Assert.StartsWith("error: Event 'a': recurs (RECURRENCE-ID)",
            ImportBench.Of(Known, CalendarText.Event(
                "SEQUENCE:3\nRECURRENCE-ID:20261110T050100Z\nDTSTART:20261110T050100Z", "METHOD:CANCEL\n")).Output[^1],
            StringComparison.Ordinal);

    [Theory]
    [InlineData("REPLY")]
    [InlineData("COUNTER")]
    [InlineData("DECLINECOUNTER")]
    [InlineData("REFRESH")]
    [InlineData("reply")]
    [InlineData("BANANA")]
    public void An_answer_to_an_invitation_is_refused_by_name(string method)
    {
        var bench = ImportBench.Of(Known, Event("SEQUENCE:9\nDTSTART:20270101T000000Z", $"METHOD:{method}\n"));
        Assert.StartsWith("error: Event 'a': ", bench.Output[^1], StringComparison.Ordinal);
        Assert.Contains(method.ToUpperInvariant(), bench.Output[^1], StringComparison.Ordinal);
        Assert.Equal("2026-11-10T05:01:00Z UTC", ImportBench.Words(bench["a"]));
    }

    [Fact]
    public void Each_calendar_of_a_file_has_its_own_method()
    {
        var bench = ImportBench.Of(
            Known.Replace("UID:a", "UID:b", StringComparison.Ordinal),
            "\uFEFF" + Event("SEQUENCE:0", "METHOD:PUBLISH\n") + "\uFEFF" + CalendarText.Event("SEQUENCE:3",
                "METHOD:CANCEL\n").Replace("UID:a", "UID:b", StringComparison.Ordinal));
        Assert.Equal(["b added", "a added", "b cancelled"], bench.Output);
    }

    [Fact]
    public void Of_entries_of_one_date_in_several_calendars_the_newest_counts()
    {
        var both = Known + CalendarText.Event("SEQUENCE:3\nDTSTAMP:20261002T000000Z", "METHOD:CANCEL\n");
        Assert.True(ImportBench.Of(both)["a"].IsCancelled);
        var stale = Event("SEQUENCE:3\nDTSTAMP:20261002T000000Z\nSTATUS:TENTATIVE") + Known;
        var bench = ImportBench.Of(stale);
        Assert.Equal(DateStatus.Tentative, bench["a"].Status);
        Assert.Contains("the newest (SEQUENCE 3) was used", bench.Output[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "a unchanged")]
    [InlineData("METHOD:ADD\n", "", "a unchanged")]
    [InlineData("METHOD:PUBLISH\n", "", "a reinstated")]
    [InlineData("METHOD:REQUEST\n", "", "a reinstated")]
    [InlineData("METHOD:PUBLISH\n", "STATUS:\n", "a reinstated")]
    [InlineData("METHOD:PUBLISH\n", "STATUS:CANCELLED\n", "a unchanged")]
    [InlineData("METHOD:PUBLISH\n", "STATUS:CANCELED\n", "a unchanged")]
    [InlineData("", "STATUS:CONFIRMED\n", "a reinstated")]
    [InlineData("METHOD:CANCEL\n", "STATUS:CONFIRMED\n", "a unchanged")]
    [InlineData("METHOD:CANCEL\n", "STATUS:TENTATIVE\n", "a unchanged")]
    public void What_reinstates_a_cancelled_date(string method, string status, string outcome) =>
        Assert.Equal(outcome,
            ImportBench.Of(Event("SEQUENCE:2\nSTATUS:CANCELLED"), Event(status + "SEQUENCE:3", method)).Output[^1]);

    [Theory]
    [InlineData("CANCELED", "Cancelled")]
    [InlineData("Cancelled", "Cancelled")]
    [InlineData("tentative ", "Tentative")]
    public void A_status_is_known_in_either_spelling(string status, string expected) =>
        Assert.Equal(expected, ImportBench.Of(Event("STATUS:" + status)).Clean().Status.ToString());

    [Fact]
    public void A_tentative_date_stays_so_while_no_status_is_given() =>
        Assert.Equal(DateStatus.Tentative,
            ImportBench.Of(Event("STATUS:TENTATIVE"), Event("SEQUENCE:1", "METHOD:PUBLISH\n"))["a"].Status);

    [Theory]
    // Stale: the sequence is lower, and LAST-MODIFIED (else DTSTAMP) is not newer.
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z", "SEQUENCE:1\nDTSTAMP:20261001T000000Z", true)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z", "DTSTAMP:20260901T000000Z", true)]
    [InlineData("SEQUENCE:2\nLAST-MODIFIED:20261001T000000Z", "SEQUENCE:1\nDTSTAMP:20261001T000000Z", true)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z\nLAST-MODIFIED:20260901T000000Z",
        "SEQUENCE:0\nDTSTAMP:20261101T000000Z\nLAST-MODIFIED:20260901T000000Z", true)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000060Z", "SEQUENCE:1\nDTSTAMP:20261001T000059Z", true)]
    // Read: newer, or the sequence is not lower, or a time is missing in one of the two.
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z", "SEQUENCE:1\nDTSTAMP:20261002T000000Z", false)]
    [InlineData("SEQUENCE:2\nLAST-MODIFIED:20261001T000000Z", "SEQUENCE:1\nLAST-MODIFIED:20261002T000000Z", false)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z", "SEQUENCE:2\nDTSTAMP:20260901T000000Z", false)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20261001T000000Z", "SEQUENCE:1", false)]
    [InlineData("SEQUENCE:2", "SEQUENCE:1\nDTSTAMP:20260901T000000Z", false)]
    [InlineData("DTSTAMP:20261001T000000Z", "DTSTAMP:20260901T000000Z", false)]
    public void An_entry_is_stale_by_its_sequence_and_time(string first, string then, bool isStale)
    {
        var bench = ImportBench.Of(Event(first), Event(then)
            .Replace("SUMMARY:S", "SUMMARY:T", StringComparison.Ordinal));
        Assert.Equal(isStale ? "S" : "T", bench["a"].Title);
        Assert.Equal(isStale, bench.Output[^1].Contains("older than what is known", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stale_cancellation_is_left_out_and_a_date_never_read_from_a_calendar_is_never_stale()
    {
        var cancel = CalendarText.Event("SEQUENCE:1\nDTSTAMP:20260901T000000Z", "METHOD:CANCEL\n");
        Assert.False(ImportBench.Of(Known, cancel)["a"].IsCancelled);
        Assert.True(new ImportBench().With(ImportBench.Of(Known)["a"]).Then(cancel)["a"].IsCancelled);
    }

    [Fact]
    public void A_sequence_that_is_no_number_is_read_as_nought_with_a_warning() =>
        Assert.Contains("is no number, 'x'", ImportBench.Of(Event("SEQUENCE:x")).Output[0], StringComparison.Ordinal);

    private static string Event(string content, string head = "") => CalendarText.Event(When + content, head);
}
