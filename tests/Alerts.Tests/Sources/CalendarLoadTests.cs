using System.Globalization;
using System.Text;
using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>Calendars that are small or valid and yet would take minutes or gigabytes to read naively.</summary>
public sealed class CalendarLoadTests
{
    private static readonly string Times = $"BYHOUR={string.Join(',', Enumerable.Range(0, 24))};BYMINUTE=0,15,30,45";

    [Theory]
    [InlineData("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=300")]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3")]
    public async Task A_rule_that_matches_nothing_ends(string rule)
    {
        var events = Enumerable.Range(0, 20).Select(i =>
            FormattableString.Invariant($"UID:{i}\nSUMMARY:S\nDTSTART:20260310T090000Z\nRRULE:{rule}"));
        Assert.Equal(20, (await ReadAsync(events)).Dates.Count); // DTSTART counts as an occurrence
    }

    [Theory]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29", "20260310 20280229")]
    [InlineData("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", "20260310 20261231 20271231")]
    [InlineData("FREQ=WEEKLY;INTERVAL=52;BYDAY=TU", "20260310 20270309 20280307")]
    public async Task A_rule_with_long_gaps_is_read_to_the_end_of_the_window(string rule, string days) => Assert.Equal(
        days.Split(' '),
        (await ReadAsync([$"UID:w\nSUMMARY:S\nDTSTART:20260310T090000Z\nRRULE:{rule}"])).Dates
            .Select(date => date.Id["s-w-".Length..]));

    [Fact]
    public async Task A_rule_that_leaves_the_calendar_ends() => Assert.Equal(
        "s-b",
        Assert.Single((await ReadAsync(
            ["UID:a\nSUMMARY:A\nDTSTART:20250310T090000Z\nRRULE:FREQ=HOURLY;INTERVAL=2147483647",
                "UID:b\nSUMMARY:B\nDTSTART:20260601T090000Z"])).Dates).Id);

    [Fact]
    public async Task Many_times_a_day_are_not_all_expanded()
    {
        var reading = await ReadAsync(
            [$"UID:w\nSUMMARY:S\nDTSTART:20260310T090000Z\nRRULE:FREQ=DAILY;{Times}", "UID:b\nSUMMARY:B\n"
            + "DTSTART:20260601T090000Z"]);
        Assert.Equal(501, reading.Dates.Count);
        Assert.Contains("has more than 5000 occurrences", Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.Contains("w", reading.UnreadableSeries);
    }

    [Fact]
    public async Task Times_of_day_count_as_steps()
    {
        var reading = await ReadAsync(Enumerable.Range(0, 60).Select(i =>
            FormattableString.Invariant($"UID:{i}\nSUMMARY:S\nDTSTART:20260310T090000Z\nRRULE:FREQ=DAILY;{Times}")));
        Assert.Contains(reading.Warnings, warning => warning.Contains("recurs too often", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("COUNT=999999999;BYDAY=MO,TU,WE,TH,FR,SA,SU", 200)]
    [InlineData("UNTIL=99980101T000000Z;BYDAY=MO,TU,WE,TH,FR,SA,SU", 200)]
    [InlineData("COUNT=100;BYDAY=MO,TU,WE,TH,FR,SA,SU", 200)]
    [InlineData("BYDAY=MO,TU,WE,TH,FR,SA,SU", 20)]
    public async Task A_zone_whose_clocks_change_without_end_is_refused_by_name(string rule, int observances)
    {
        var zone = "BEGIN:VTIMEZONE\nTZID:Mine\n" + string.Concat(Enumerable.Range(0, observances).Select(i =>
            FormattableString.Invariant($"BEGIN:STANDARD\nDTSTART:1601{(i % 12) + 1:00}01T0{i % 9}0000\n")
            + $"RRULE:FREQ=YEARLY;{rule}\nTZOFFSETFROM:+0{i % 9}00\nTZOFFSETTO:+0{(i + 1) % 9}00\nEND:STANDARD\n"))
            + "END:VTIMEZONE\n";
        var reading = await ReadAsync(
            ["UID:a\nSUMMARY:A\nDTSTART;TZID=Mine:20260601T090000", "UID:b\nSUMMARY:B\nDTSTART:20260601T090000Z"],
            zone);
        Assert.Equal("s-b", Assert.Single(reading.Dates).Id);
        Assert.Contains("Event 'a'", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_calendars_in_a_file_are_read_in_linear_time()
    {
        var file = new StringBuilder();
        for (var i = 0; i < 20_000; i++)
        {
            file.Append(CultureInfo.InvariantCulture,
                $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{i}\nSUMMARY:S\nDTSTART;TZID=Europe/Berlin:20260601T090000\n")
                .Append("END:VEVENT\nEND:VCALENDAR\n");
        }

        Assert.Equal(20_000, (await ReadFileAsync(file.ToString())).Dates.Count);
    }

    [Fact]
    public async Task Thousands_of_open_links_in_a_description_are_read_in_linear_time()
    {
        var links = string.Concat(Enumerable.Range(0, 40_000).Select(i =>
            FormattableString.Invariant($"<a href=\"http://a{i}\">x")));
        var reading = await ReadAsync([$"UID:a\nSUMMARY:A\nDTSTART:20260601T090000Z\nDESCRIPTION:{links}"]);
        Assert.StartsWith("x (http://a0)x (http://a1)", Assert.Single(reading.Dates).Summary, StringComparison.Ordinal);
    }

    private static Task<Reading> ReadAsync(IEnumerable<string> events, string head = "") => ReadFileAsync(
        $"BEGIN:VCALENDAR\n{head}" + string.Concat(events.Select(one => $"BEGIN:VEVENT\n{one}\nEND:VEVENT\n"))
        + "END:VCALENDAR\n");

    private static Task<Reading> ReadFileAsync(string file) => Task.Run(() => CalendarSource.Read(
        new Source { Id = "s", Type = SourceType.ICalendar, Url = "https://example.org/c.ics" },
        Encoding.UTF8.GetBytes(file), Instant.FromUtc(2026, 3, 15, 0, 0), [])).WaitAsync(TimeSpan.FromMinutes(1));
}
