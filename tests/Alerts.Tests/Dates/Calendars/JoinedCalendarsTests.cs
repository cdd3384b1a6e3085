using Alerts.Dates;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Several calendars in one file with entries of one UID, such as joined mails.</summary>
public sealed class JoinedCalendarsTests
{
    private const string First = "SUMMARY:S\nDTSTART:20270310T090000Z\n";
    private const string Second = "SUMMARY:S\nDTSTART:20270311T090000Z\n";

    [Theory]
    [InlineData("DTSTAMP:20261101T000000Z", "DTSTAMP:20261105T000000Z")]
    [InlineData("SEQUENCE:0\nDTSTAMP:20261101T000000Z", "SEQUENCE:1\nDTSTAMP:20261105T000000Z")]
    [InlineData("SEQUENCE:0", "SEQUENCE:1")]
    [InlineData("DTSTAMP:20261101T000000Z", "DTSTAMP:20261101T000000Z")]
    [InlineData("DTSTAMP:20261101T000000Z", "")]
    [InlineData("", "")]
    public void A_cancellation_counts_before_and_after_its_request(string request, string cancel)
    {
        var (asked, ended) = (Calendar("REQUEST", First + request), Calendar("CANCEL", cancel));
        foreach (var file in (string[])[asked + ended, ended + asked])
        {
            Assert.True(ImportBench.Of(file)["a"].IsCancelled);
            var known = ImportBench.Of(asked).Then(file, file);
            Assert.True(known["a"].IsCancelled);
            Assert.Equal("a unchanged", known.Output[^1]);
        }
    }

    [Theory]
    [InlineData("SEQUENCE:2", "SEQUENCE:1")]
    [InlineData("DTSTAMP:20261105T000000Z", "DTSTAMP:20261101T000000Z")]
    public void A_request_that_is_newer_than_a_cancellation_counts_wherever_it_stands(string request, string cancel)
    {
        var (asked, ended) = (Calendar("REQUEST", First + request), Calendar("CANCEL", cancel));
        foreach (var file in (string[])[asked + ended, ended + asked])
        {
            var bench = ImportBench.Of(file);
            Assert.Equal(DateStatus.Confirmed, bench["a"].Status);
            Assert.Contains("is in the file 2 times; the newest", bench.Output[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equally_new_entries_that_differ_are_an_error_as_in_one_calendar()
    {
        var bench = ImportBench.Of(Calendar(null, First) + Calendar(null, Second));
        Assert.Contains("'a' is in the file 2 times", Assert.Single(bench.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_a_newer_cancellation_ends_may_differ()
    {
        var bench = ImportBench.Of(Calendar(null, First) + Calendar(null, Second) + Calendar("CANCEL", "SEQUENCE:1"));
        Assert.True(bench["a"].IsCancelled);
    }

    [Fact]
    public void Equal_entries_are_one_date_as_in_one_calendar()
    {
        var bench = ImportBench.Of(Calendar(null, First) + Calendar("PUBLISH", First));
        Assert.Equal(["Event 'a': is in the file 2 times; each says the same.", "a added"], bench.Output);
    }

    [Theory]
    [InlineData("SEQUENCE:1", "SEQUENCE:2", "2027-03-11T09:00:00Z UTC")]
    [InlineData("SEQUENCE:2", "SEQUENCE:1", "2027-03-10T09:00:00Z UTC")]
    [InlineData("DTSTAMP:20261105T000000Z", "DTSTAMP:20261101T000000Z", "2027-03-10T09:00:00Z UTC")]
    public void Of_entries_that_differ_the_newest_counts_as_in_one_calendar(string first, string second, string when)
    {
        var bench = ImportBench.Of(Calendar("REQUEST", First + first) + Calendar("REQUEST", Second + second));
        Assert.Equal(when, ImportBench.Words(bench["a"]));
        Assert.Contains("is in the file 2 times; the newest", bench.Output[0], StringComparison.Ordinal);
    }

    private static string Calendar(string? method, string content) =>
        CalendarText.Event(content, method is null ? "" : $"METHOD:{method}\n");
}
