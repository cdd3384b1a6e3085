namespace Alerts.Tests.Dates.Calendars;

/// <summary>
/// The instant and the zone that a calendar time gets, and the warning when name and definition differ.
/// </summary>
public sealed class CalendarZoneTests
{
    private const string Autumn = "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11";
    private const string Spring = "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3";

    [Theory]
    // Ids of the form Area/Location, also with a prefix and in any letter case.
    [InlineData("Europe/Berlin", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("europe/berlin", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("/freeassociation.sourceforge.net/Tzfile/America/New_York", "2026-07-10T13:00:00Z America/New_York")]
    [InlineData("/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires",
        "2026-07-10T12:00:00Z America/Argentina/Buenos_Aires")]
    [InlineData("/freeassociation.sourceforge.net/UTC", "2026-07-10T09:00:00Z UTC")]
    [InlineData("http://tz.example.org/zones/Asia/Tokyo", "2026-07-10T00:00:00Z Asia/Tokyo")]
    [InlineData("US/Eastern", "2026-07-10T13:00:00Z US/Eastern")]
    [InlineData("Etc/GMT-3", "2026-07-10T06:00:00Z Etc/GMT-3")]
    // Windows names, in their standard form and in variants that Outlook writes.
    [InlineData("W. Europe Standard Time", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("W. Europe Standard Time 1", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("Eastern Daylight Time", "2026-07-10T13:00:00Z America/New_York")]
    [InlineData("tzone://Microsoft/Utc", "2026-07-10T09:00:00Z UTC")]
    // Display names, current and old, and in another language.
    [InlineData("\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "2026-07-10T07:00:00Z Europe/Amsterdam")]
    [InlineData("(GMT-05.00) Eastern Time (US & Canada)", "2026-07-10T13:00:00Z America/New_York")]
    [InlineData("\"(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London\"",
        "2026-07-10T08:00:00Z Europe/Dublin")]
    [InlineData("(UTC-07:00) Arizona", "2026-07-10T16:00:00Z US/Arizona")]
    [InlineData("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "2026-07-10T03:30:00Z Asia/Kolkata")]
    [InlineData("(UTC) Coordinated Universal Time", "2026-07-10T09:00:00Z UTC")]
    [InlineData("Pacific Time (US & Canada)", "2026-07-10T16:00:00Z America/Los_Angeles")]
    public void A_name_without_a_definition_means_its_zone(string id, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At($"DTSTART;TZID={id}:20260710T090000")).Clean()));

    [Theory]
    [InlineData("UTC+02:00", "2026-07-10T07:00:00Z Etc/GMT-2")]
    [InlineData("GMT-5", "2026-07-10T14:00:00Z Etc/GMT+5")]
    [InlineData("+0530", "2026-07-10T03:30:00Z UTC")]
    public void An_offset_for_a_name_is_that_offset_and_said_so(string id, string expected)
    {
        var bench = ImportBench.Of(CalendarText.At($"DTSTART;TZID={id}:20260710T090000"));
        Assert.Equal(expected, ImportBench.Words(bench["a"]));
        Assert.Contains("it is kept in the zone", bench.Output[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Customized Time Zone")]
    [InlineData("(UTC+01:00) Nowhere, Noplace")]
    [InlineData("Mars/Olympus")]
    [InlineData("tzone://Microsoft/Custom")]
    public void A_name_that_nobody_knows_is_refused_with_the_event(string id)
    {
        var line = Assert.Single(ImportBench.Of(CalendarText.At($"DTSTART;TZID=\"{id}\":20260710T090000")).Output);
        Assert.StartsWith("error: Event 'a': has a DTSTART in an unknown zone", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20260710T090000", "2026-07-10T07:00:00Z Etc/GMT-2")]
    [InlineData("20261110T090000", "2026-11-10T08:00:00Z Etc/GMT-1")]
    // Clocks go forward at 02:00 on 29 March and back at 03:00 on 25 October.
    [InlineData("20260329T013000", "2026-03-29T00:30:00Z Etc/GMT-1")]
    [InlineData("20260329T023000", "2026-03-29T01:30:00Z Etc/GMT-2")]
    [InlineData("20261025T023000", "2026-10-25T00:30:00Z Etc/GMT-2")]
    [InlineData("19600710T090000", "1960-07-10T08:00:00Z Etc/GMT-1")]
    public void A_definition_of_the_file_gives_the_instant(string time, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(
                ImportBench.Of(CalendarText.At("DTSTART;TZID=Ours:" + time, CalendarText.European("Ours")))["a"]));

    [Theory]
    // The zone is the first that agrees with the definition: the named zone, X-WR-TIMEZONE, or a fixed offset of whole
    // hours.
    [InlineData("W. Europe Standard Time", "", "2026-07-10T07:00:00Z Europe/Berlin", false)]
    [InlineData("CET", "", "2026-07-10T07:00:00Z CET", false)]
    [InlineData("MST", "X-WR-TIMEZONE:Europe/Paris\n", "2026-07-10T07:00:00Z Europe/Paris", true)]
    [InlineData("MST", "X-WR-TIMEZONE:Asia/Tokyo\n", "2026-07-10T07:00:00Z Etc/GMT-2", true)]
    [InlineData("UTC", "", "2026-07-10T07:00:00Z Etc/GMT-2", true)]
    [InlineData("EST5EDT", "", "2026-07-10T07:00:00Z Etc/GMT-2", true)]
    public void A_definition_wins_over_a_name_and_the_output_says_so(string id, string head, string expected,
        bool isSaid)
    {
        var bench =
            ImportBench.Of(CalendarText.At($"DTSTART;TZID={id}:20260710T090000", head + CalendarText.European(id)));
        Assert.Equal(expected, ImportBench.Words(bench["a"]));
        Assert.Equal(isSaid, bench.Output[0].Contains("The file's definition was taken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("America/New_York", "2026-07-10T13:00:00Z America/New_York")]
    [InlineData("/example.org/America/New_York", "2026-07-10T13:00:00Z America/New_York")]
    public void A_place_wins_over_a_definition_and_the_output_says_so(string id, string expected)
    {
        var bench = ImportBench.Of(CalendarText.At($"DTSTART;TZID={id}:20260710T090000", CalendarText.European(id)));
        Assert.Equal(expected, ImportBench.Words(bench["a"]));
        Assert.Contains("gives 2026-07-10T07:00:00Z. The zone was taken.", bench.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_that_agrees_with_its_place_is_not_worth_a_word() => Assert.Equal(
        "2026-07-10T07:00:00Z Europe/Berlin",
        ImportBench.Words(
            ImportBench.Of(
                CalendarText.At("DTSTART;TZID=Europe/Berlin:20260710T090000", CalendarText.European("Europe/Berlin")))
                    .Clean()));

    [Theory]
    [InlineData("RDATE:20260301T020000,20270307T020000", "20260710T090000", "2026-07-10T07:00:00Z")]
    [InlineData("RDATE;VALUE=PERIOD:20260301T020000/PT1H", "20260710T090000", "2026-07-10T07:00:00Z")]
    [InlineData("RDATE:20260301T020000\nRDATE:20270307T020000", "20250710T090000", "2025-07-10T08:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20250330T010000Z", "20260710T090000",
        "2026-07-10T08:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20250330T010000Z", "20250710T090000",
        "2025-07-10T07:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=2", "20200710T090000", "2020-07-10T08:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU", "20260328T090000",
        "2026-03-28T08:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYSETPOS=-1", "20260329T090000", "2026-03-29T07:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=13SU", "20260329T090000", "2026-03-29T07:00:00Z")]
    // Lotus Notes writes the time of day into the rule.
    [InlineData("RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=3", "20260329T023000",
        "2026-03-29T01:30:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMINUTE=30;BYHOUR=4;BYSECOND=0;BYDAY=-1SU;BYMONTH=3", "20260329T033000",
        "2026-03-29T02:30:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYMINUTE=30;BYHOUR=4;BYSECOND=0;BYDAY=-1SU;BYMONTH=3", "20260329T063000",
        "2026-03-29T04:30:00Z")]
    [InlineData("RRULE:FREQ=YEARLY", "20260329T090000", "2026-03-29T08:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY", "20260330T090000", "2026-03-30T07:00:00Z")]
    [InlineData("RRULE:FREQ=YEARLY;INTERVAL=2147483647", "20260710T090000", "2026-07-10T08:00:00Z")]
    public void Changes_of_a_definition_may_be_listed_or_follow_rules_of_any_kind(string changes, string time,
        string expected)
    {
        var zone = CalendarText.Parts(
            "Ours",
            ("STANDARD",
                "DTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n"
                + "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100"),
            ("DAYLIGHT", $"DTSTART:19700330T020000\n{changes}\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200"));
        var bench = ImportBench.Of(CalendarText.At("DTSTART;TZID=Ours:" + time, zone));
        Assert.Equal(expected, ImportBench.Words(bench["a"]).Split(' ')[0]);
    }

    [Theory]
    [InlineData("20060401T090000", "2006-04-01T16:00:00Z")]
    [InlineData("20060410T090000", "2006-04-10T15:00:00Z")]
    [InlineData("20070401T090000", "2007-04-01T15:00:00Z")]
    [InlineData("20071103T090000", "2007-11-03T15:00:00Z")]
    public void Several_observances_of_a_kind_follow_one_another(string time, string expected)
    {
        var zone = CalendarText.Parts(
            "Ours",
            ("DAYLIGHT",
                "DTSTART:19870405T020000\nRRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T090000Z\n"
                + "TZOFFSETFROM:-0700\nTZOFFSETTO:-0600"),
            ("STANDARD",
                "DTSTART:19671029T020000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T080000Z\n"
                + "TZOFFSETFROM:-0600\nTZOFFSETTO:-0700"),
            ("DAYLIGHT", $"DTSTART:20070311T020000\nRRULE:{Spring}\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0600"),
            ("STANDARD", $"DTSTART:20071104T020000\nRRULE:{Autumn}\nTZOFFSETFROM:-0600\nTZOFFSETTO:-0700"));
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At("DTSTART;TZID=Ours:" + time, zone))["a"]).Split(' ')[0]);
    }

    [Theory]
    [InlineData("00010101T030000", "00010101T020000", "20260710T090000", "2026-07-10T07:00:00Z")]
    [InlineData("00010101T030000", "00010101T020000", "20261110T090000", "2026-11-10T08:00:00Z")]
    [InlineData("15001025T030000", "14960229T020000", "20260710T090000", "2026-07-10T07:00:00Z")]
    [InlineData("15001025T030000", "14960229T020000", "20260329T013000", "2026-03-29T00:30:00Z")]
    public void A_definition_may_begin_before_there_were_zones(
        string autumn, string spring, string time, string expected)
    {
        var zone = CalendarText.European("Ours")
            .Replace("19701025T030000", autumn, StringComparison.Ordinal)
            .Replace("19700329T020000", spring, StringComparison.Ordinal);
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At("DTSTART;TZID=Ours:" + time, zone))["a"]).Split(' ')[0]);
    }

    [Theory]
    [InlineData("DAYLIGHT", "DTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200", "20260710T090000",
        "2026-07-10T07:00:00Z")]
    [InlineData("DAYLIGHT", "DTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200", "20260110T090000",
        "2026-01-10T08:00:00Z")]
    [InlineData("STANDARD", "DTSTART:16010101T000000\nTZOFFSETFROM:+0545\nTZOFFSETTO:+0545", "20260710T090000",
        "2026-07-10T03:15:00Z")]
    [InlineData("STANDARD", "DTSTART:19700101T000000Z\nTZOFFSETFROM:+00:00\nTZOFFSETTO:-03:30", "20260710T090000",
        "2026-07-10T12:30:00Z")]
    [InlineData("STANDARD",
        "DTSTART:19700101T000000\nRRULE:FREQ=YEARLY;UNTIL=19690101T000000Z\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200",
        "20260710T090000", "2026-07-10T07:00:00Z")]
    public void A_definition_of_one_part_is_enough(string kind, string lines, string time, string expected) =>
        Assert.Equal(
        expected,
            ImportBench.Words(
                ImportBench.Of(
                    CalendarText.At("DTSTART;TZID=Ours:" + time, CalendarText.Parts("Ours", (kind, lines))))["a"])
                        .Split(' ')[0]);

    [Theory]
    [InlineData("DTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:banana", "its TZOFFSETTO cannot be read")]
    [InlineData("DTSTART:banana\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200", "without a readable start")]
    [InlineData("DTSTART:20260329T020000\nRRULE:FREQ=DAILY\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200", "is not yearly")]
    [InlineData("DTSTART:20260329T020000\nRRULE:FREQ=YEARLY;BYHOUR=2,3\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200",
        "cannot be read")]
    [InlineData("DTSTART:20260329T020000\nRRULE:FREQ=YEARLY;BYHOUR=24\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200",
        "cannot be read")]
    [InlineData("DTSTART:20260329T020000\nRRULE:FREQ=YEARLY;BYDAY=XX\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200",
        "cannot be read")]
    public void A_broken_definition_is_refused_unless_the_name_is_known(string lines, string says)
    {
        var refused = ImportBench.Of(
            CalendarText.At("DTSTART;TZID=Ours:20260710T090000", CalendarText.Parts("Ours", ("STANDARD", lines))));
        Assert.Contains(says, Assert.Single(refused.Output), StringComparison.Ordinal);
        const string Windows = "Tokyo Standard Time";
        var named = ImportBench.Of(
            CalendarText.At($"DTSTART;TZID={Windows}:20260710T090000",
                CalendarText.Parts(Windows, ("STANDARD", lines))));
        Assert.Equal("2026-07-10T00:00:00Z Asia/Tokyo", ImportBench.Words(named["a"]));
        Assert.Contains("Asia/Tokyo was taken", named.Output[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DTSTART;TZID=Ours:20260710T090000\nDTEND;TZID=Ours:20260712T100000",
        "2026-07-10T07:00:00Z Etc/GMT-2 to 2026-07-12T08:00:00Z")]
    [InlineData("DTSTART;TZID=Ours:20261024T090000\nDTEND;TZID=Ours:20261026T090000",
        "2026-10-24T07:00:00Z Etc/GMT-2 to 2026-10-26T08:00:00Z")]
    [InlineData("DTSTART;TZID=Ours:20261024T090000\nDURATION:P2D",
        "2026-10-24T07:00:00Z Etc/GMT-2 to 2026-10-26T08:00:00Z")]
    [InlineData("DTSTART;TZID=Ours:20261024T090000\nDURATION:PT48H",
        "2026-10-24T07:00:00Z Etc/GMT-2 to 2026-10-26T07:00:00Z")]
    [InlineData("DTSTART;TZID=Ours:20261024T090000\nDTEND:20261026T090000",
        "2026-10-24T07:00:00Z Etc/GMT-2 to 2026-10-26T08:00:00Z")]
    [InlineData("DTSTART;VALUE=DATE;TZID=Ours:20260710\nDTEND;VALUE=DATE:20260712",
        "2026-07-10 Etc/GMT-2 to 2026-07-11")]
    public void An_end_is_read_by_the_same_definition(string times, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At(times, CalendarText.European("Ours")))["a"]));

    [Theory]
    [InlineData("X-WR-TIMEZONE:W. Europe Standard Time\n", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("X-WR-TIMEZONE:/example.org/Europe/Vienna\n", "2026-07-10T07:00:00Z Europe/Vienna")]
    [InlineData("X-WR-TIMEZONE:Ours\n", "2026-07-10T07:00:00Z Etc/GMT-2")]
    public void A_floating_time_takes_the_zone_of_its_calendar_by_the_same_rules(string head, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(
                ImportBench.Of(CalendarText.At("DTSTART:20260710T090000", head + CalendarText.European("Ours")))["a"]));

    [Theory]
    [InlineData("", "2026-07-10T00:00:00Z Asia/Tokyo", 1)]
    [InlineData("X-WR-TIMEZONE:UTC\n", "2026-07-10T09:00:00Z UTC", 1)]
    [InlineData("X-WR-TIMEZONE:Mars/Olympus\n", "2026-07-10T00:00:00Z Asia/Tokyo", 2)]
    public void A_zone_that_is_named_for_the_import_is_the_last_resort(string head, string expected, int lines)
    {
        var bench = new ImportBench()
            .Import(System.Text.Encoding.UTF8.GetBytes(CalendarText.At("DTSTART:20260710T090000", head)), "Asia/Tokyo");
        Assert.Equal((expected, lines), (ImportBench.Words(bench["a"]), bench.Output.Count));
    }

    [Fact]
    public void A_time_in_utc_and_in_a_zone_is_in_utc_and_the_output_says_so()
    {
        var bench = ImportBench.Of(CalendarText.At("DTSTART;TZID=Asia/Tokyo:20260710T090000Z"));
        Assert.Equal("2026-07-10T09:00:00Z UTC", ImportBench.Words(bench["a"]));
        Assert.Contains("UTC was taken", bench.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_may_stand_after_its_event_or_in_another_calendar_of_the_file()
    {
        const string Event = "BEGIN:VEVENT\nUID:a\nSUMMARY:S\nDTSTART;TZID=Ours:20260710T090000\nEND:VEVENT\n";
        var zone = CalendarText.European("Ours");
        foreach (var file in (string[])[$"BEGIN:VCALENDAR\n{Event}{zone}END:VCALENDAR\n",
                $"BEGIN:VCALENDAR\n{Event}END:VCALENDAR\nBEGIN:VCALENDAR\n{zone}END:VCALENDAR\n"])
        {
            Assert.Equal("2026-07-10T07:00:00Z Etc/GMT-2", ImportBench.Words(ImportBench.Of(file)["a"]));
        }
    }

    [Fact]
    public void Each_calendar_of_a_file_has_its_own_definition_of_a_name()
    {
        string Calendar(string uid, string zone) =>
            $"BEGIN:VCALENDAR\n{zone}BEGIN:VEVENT\nUID:{uid}\nSUMMARY:S\n"
            + "DTSTART;TZID=Ours:20260710T090000\nEND:VEVENT\nEND:VCALENDAR\n";
        var bench = ImportBench.Of(
            Calendar("a", CalendarText.European("Ours")) + Calendar("b",
                CalendarText.Zone("Ours", "-0700", "-0600", Autumn, Spring)));
        Assert.Equal(["2026-07-10T07:00:00Z Etc/GMT-2", "2026-07-10T15:00:00Z Etc/GMT+6"],
            bench.Dates.Select(ImportBench.Words));
    }
}
