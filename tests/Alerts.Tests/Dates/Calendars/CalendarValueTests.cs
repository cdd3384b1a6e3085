using System.Text;
using Alerts.Dates;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Values as other programs write them, and the parts of a file that are left out.</summary>
public sealed class CalendarValueTests
{
    private const string When = "\nDTSTART:20261110T050100Z";

    private static readonly KeyDate Full = new(
        "a", "Title", "Summary", ["one", "two"],
            new Moment(new LocalDate(2026, 11, 10), new LocalTime(5, 1), DateTimeZone.Utc), null,
        DateStatus.Tentative, "https://example.org/", new LocalDate(2026, 1, 1), 3);

    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20261110T235900", "2026-11-10 Asia/Seoul")]
    [InlineData("DTSTART;value=date;TZID=Asia/Tokyo:20261110T000000", "2026-11-10 Asia/Tokyo")]
    [InlineData("DTSTART;VALUE=DATE:20261110T000000Z\nDTEND;VALUE=DATE:20261112T000000Z",
        "2026-11-10 Asia/Seoul to 2026-11-11")]
    [InlineData("DTSTART;VALUE=\"DATE\":20261110\nDURATION:PT48H", "2026-11-10 Asia/Seoul to 2026-11-11")]
    [InlineData("DTSTART;VALUE=DATE-TIME:20261110T050160Z", "2026-11-10T05:01:00Z UTC")]
    [InlineData("DTSTART:20261110T235960Z\nDTEND:20261111T235960Z", "2026-11-10T23:59:00Z UTC to 2026-11-11T23:59:00Z")]
    [InlineData("DTSTART;TZID=Asia/Tokyo:20270101T085960", "2026-12-31T23:59:00Z Asia/Tokyo")]
    [InlineData("DTSTART:20261110t050100z", "2026-11-10T05:01:00Z UTC")]
    [InlineData("DTSTART: 20261110T050100Z ", "2026-11-10T05:01:00Z UTC")]
    [InlineData("DTSTART;X-A=\"b;c:d\";TZID=\"Asia/Tokyo\":20261110T050100", "2026-11-09T20:01:00Z Asia/Tokyo")]
    public void The_kind_and_the_time_are_what_the_value_says(string times, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At(times, "X-WR-TIMEZONE:Asia/Seoul\n")).Clean()));

    [Theory]
    [InlineData("DUE;VALUE=DATE:20261110", "2026-11-10 Asia/Seoul")]
    [InlineData("DUE:20261110T050100Z", "2026-11-10T05:01:00Z UTC")]
    [InlineData("DTSTART;VALUE=DATE:20261101\nDUE;VALUE=DATE:20261110", "2026-11-10 Asia/Seoul")]
    [InlineData("DTSTART;TZID=Asia/Tokyo:20261101T090000\nDUE:20261110T090000", "2026-11-10T00:00:00Z Asia/Tokyo")]
    [InlineData("DTSTART:20261110T050100Z\nDURATION:P1D", "2026-11-11T05:01:00Z UTC")]
    [InlineData("STATUS:NEEDS-ACTION\nDUE:20261110T050100Z", "2026-11-10T05:01:00Z UTC")]
    [InlineData("STATUS:IN-PROCESS\nCOMPLETED:20261001T000000Z\nDUE:20261110T050100Z", "2026-11-10T05:01:00Z UTC")]
    public void A_to_do_is_a_date_when_it_is_due(string content, string expected) => Assert.Equal(
        expected,
            ImportBench.Words(
                ImportBench.Of(CalendarText.Event("SUMMARY:S\n" + content, "X-WR-TIMEZONE:Asia/Seoul\n", "VTODO"))
                    .Clean()));

    [Theory]
    [InlineData("STATUS:COMPLETED\nDUE:20261110T050100Z", "completed")]
    [InlineData("COMPLETED:20261001T000000Z\nDUE:20261110T050100Z", "completed")]
    [InlineData("PERCENT-COMPLETE:100\nDUE:20261110T050100Z", "completed")]
    [InlineData("DTSTART:20261110T050100Z", "without DUE")]
    public void A_to_do_that_is_done_or_never_due_is_left_out_with_a_warning(string content, string says)
    {
        var bench = ImportBench.Of(CalendarText.Event("SUMMARY:S\n" + content, kind: "VTODO"));
        Assert.Contains($"To-do 'a': is a to-do {(says == "completed" ? "that is completed" : says)}",
            Assert.Single(bench.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_to_do_that_recurs_is_refused_and_what_is_neither_event_nor_to_do_is_named()
    {
        Assert.Contains("recurs (RRULE)",
            ImportBench.Of(
                CalendarText.Event("SUMMARY:S\nDUE:20261110T050100Z\nRRULE:FREQ=DAILY", kind: "VTODO")).Output[0],
                    StringComparison.Ordinal);
        Assert.Equal("1 VJOURNAL left out: only events and to-dos become dates.",
            ImportBench.Of(
                CalendarText.At("DTSTART:20261110T050100Z", "BEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\n")).Output[0]);
    }

    [Theory]
    [InlineData("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:K=C3=B6ln", "Köln")]
    [InlineData("SUMMARY;QUOTED-PRINTABLE:K=C3=\r\n=B6ln", "Köln")]
    [InlineData("SUMMARY;ENCODING=quoted-printable:K=\r\n C3=B6ln", "Köln")]
    [InlineData("SUMMARY;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:K=F6ln", "Köln")]
    [InlineData("SUMMARY;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:10=80", "10€")]
    [InlineData("SUMMARY;ENCODING=BASE64:S8O2bG4sIFRlaWwgMQ==", "Köln, Teil 1")]
    [InlineData("SUMMARY;ENCODING=B:S8O2bG4sIFRl\r\n aWwgMQ==", "Köln, Teil 1")]
    [InlineData("SUMMARY:a =C3=B6 stays", "a =C3=B6 stays")]
    [InlineData("SUMMARY;X-P=The 5\" Club:Club: opening", "Club: opening")]
    [InlineData("SUMMARY;ALTREP=\"cid:a;b,c\";LANGUAGE=en:Club: opening", "Club: opening")]
    [InlineData("SUMMARY:a\\, b\\; c\\\\n d\\n e", "a, b; c\\n d  e")]
    [InlineData("summary:S", "S")]
    public void A_text_is_decoded(string line, string expected) =>
        Assert.Equal(expected, ImportBench.Of(CalendarText.Event(line + When)).Clean().Title);

    [Fact]
    public void A_text_that_is_not_as_its_encoding_says_is_refused_by_name() =>
        Assert.Contains("Event 'a': has a SUMMARY (line 6) that is not Base64",
            ImportBench.Of(CalendarText.Event("SUMMARY;ENCODING=BASE64:!!" + When)).Output[0],
                StringComparison.Ordinal);

    [Theory]
    [InlineData("\r\n ")]
    [InlineData("\n\t")]
    [InlineData("\r ")]
    [InlineData("\r\n \r\n ")]
    public void A_line_is_unfolded_at_every_byte(string fold)
    {
        var file = Encoding.UTF8.GetBytes(CalendarText.Event("SUMMARY:für 😀 台" + When));
        var start = file.AsSpan().IndexOf("SUMMARY:"u8) + 8;
        for (var at = start; at < start + "für 😀 台"u8.Length; at++)
        {
            Assert.Equal("für 😀 台", new ImportBench()
                .Import([.. file[..at], .. Encoding.UTF8.GetBytes(fold), .. file[at..]]).Clean().Title);
        }
    }

    [Fact]
    public void Leftovers_of_joined_files_are_ignored()
    {
        var one = CalendarText.Event("SUMMARY:S" + When);
        var two = one.Replace("UID:a", "UID:b", StringComparison.Ordinal);
        var joined = ImportBench.Of($"\uFEFF\n{one}\u001A\0\uFEFF{two}\u001A\0\0");
        Assert.Equal(["a added", "b added"], joined.Output);
        Assert.Equal(["a added"],
            ImportBench.Of(
                "\0\uFEFF" + one.Replace("SUMMARY", "\uFEFFSUM\0MARY", StringComparison.Ordinal) + "\0").Output);
    }

    [Fact]
    public void Bytes_that_are_no_text_refuse_only_what_uses_them()
    {
        byte[] File(string line) => [.. Encoding.Latin1.GetBytes(CalendarText.Event($"SUMMARY:S{When}\n{line}"))];
        Assert.Equal("a", new ImportBench().Import(File("LOCATION:Brüssel")).Clean().Id);
        Assert.Contains("Event 'a': has a DESCRIPTION (line 8) that is not UTF-8", new ImportBench()
            .Import(File("DESCRIPTION:Brüssel")).Output[0], StringComparison.Ordinal);
        Assert.Equal("Brüssel", new ImportBench().Import(File("DESCRIPTION;CHARSET=ISO-8859-1:Brüssel"))
            .Clean().Summary);
    }

    [Theory]
    [InlineData("ATTENDEE;CN=The 5\" Club;RSVP=TRUE:mailto:a@example.com")]
    [InlineData("ORGANIZER;CN=\"A;B\":mailto:a@example.com")]
    [InlineData("X-BROKEN;=;\"")]
    [InlineData("GEO;no colon")]
    [InlineData("ATTACH;ENCODING=BASE64;VALUE=BINARY:!!!")]
    [InlineData("PRIORITY:banana")]
    [InlineData("RRULE:")]
    [InlineData("BEGIN:VALARM\nTRIGGER;X=5\":banana\nnot a line\nEND:VALARM")]
    public void A_property_that_is_not_used_never_refuses_a_file(string line) =>
        Assert.Equal("S", ImportBench.Of(CalendarText.Event($"SUMMARY:S{When}\n{line}", "X-HEAD;A=5\":b\n"))
            .Clean().Title);

    [Theory]
    [InlineData(@"https\://example.org/a", "https://example.org/a")]
    [InlineData(@"https\://example.org/a\,b\;c?d=e", "https://example.org/a,b;c?d=e")]
    public void An_address_that_is_escaped_like_a_text_is_taken(string url, string source) =>
        Assert.Equal(source, ImportBench.Of(CalendarText.Event($"SUMMARY:S\nURL:{url}{When}")).Clean().Source);

    [Theory]
    [InlineData("mailto:a@example.com")]
    [InlineData("ftp://example.com/")]
    [InlineData("www.example.com")]
    [InlineData("https://example.com/a b")]
    public void An_address_that_is_no_web_page_keeps_the_source_that_is_known(string url)
    {
        var bench = new ImportBench().With(Full).Then(CalendarText.Event($"URL:{url}{When}"));
        Assert.Equal("https://example.org/", bench["a"].Source);
        Assert.Contains(url, bench.Output[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SUMMARY:\nDESCRIPTION: \nCATEGORIES:\nURL:\nSTATUS:\n")]
    [InlineData("CATEGORIES:,\nCATEGORIES: , \nX-ALT-DESC;FMTTYPE=text/html:<p> </p>\n")]
    [InlineData("CATEGORIES:two,One\n")]
    public void What_is_absent_or_empty_keeps_its_value(string content) =>
        Assert.Equal(["a unchanged"], new ImportBench().With(Full)
            .Then(CalendarText.Event(content + When[1..])).Output);

    [Fact]
    public void The_time_is_always_that_of_the_file()
    {
        var spanning = Full with { End = Full.When with { On = new LocalDate(2026, 11, 12) } };
        Assert.Equal(["a moved"], new ImportBench().With(spanning).Then(CalendarText.Event(When[1..])).Output);
        Assert.Contains("has no DTSTART", new ImportBench().With(Full).Then(CalendarText.Event("SUMMARY:S")).Output[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_date_needs_a_title() =>
        Assert.Equal("error: Event 'a': has no SUMMARY; write one, it becomes the title.",
            Assert.Single(ImportBench.Of(CalendarText.Event(When[1..])).Output));

    [Theory]
    [InlineData("Köln", "koln")]
    [InlineData("Ko\u0308ln", "koln")]
    [InlineData("Käln", "kaln")]
    [InlineData("Straße & Schiene", "strasse-schiene")]
    [InlineData("ÆØÅ œuvre", "aeoa-oeuvre")]
    [InlineData("Łódź", "lodz")]
    [InlineData("Đà Nẵng", "da-nang")]
    [InlineData("Þingvellir", "thingvellir")]
    [InlineData("İstanbul ılık", "istanbul-ilik")]
    [InlineData("Ｆｕｌｌ　１２", "full-12")]
    [InlineData("ﬁrst ½ №5", "first-1-2-no5")]
    [InlineData("us-china", "us-china")]
    [InlineData("  Trade,\u00A0Tariffs  ", "trade,tariffs")]
    [InlineData("会议 2026", "2026")]
    public void A_category_becomes_a_topic_by_its_letters(string category, string topics) => Assert.Equal(
        topics.Split(','), ImportBench.Of(CalendarText.Event($"SUMMARY:S{When}\nCATEGORIES:{category}"))
            .Clean().Topics);

    [Fact]
    public void Categories_may_be_repeated_and_hold_escaped_commas()
    {
        Assert.Equal(["a-b", "c", "d"],
            ImportBench.Of(CalendarText.Event($"SUMMARY:S{When}\nCATEGORIES:a\\, b,c\nCATEGORIES:C,d")).Clean().Topics);
        Assert.Equal(new string('x', 64),
            ImportBench.Of(CalendarText.Event($"SUMMARY:S{When}\nCATEGORIES:X{new string('x', 90)}"))
                .Clean().Topics.Single());
    }

    [Fact]
    public void A_topic_that_was_made_in_another_way_is_named_when_it_changes()
    {
        var bench = new ImportBench().With(Full with { Topics = ["k-ln"] })
            .Then(CalendarText.Event($"CATEGORIES:Köln{When}"));
        Assert.Equal(["Event 'a': its topic 'k-ln' becomes 'koln', from the category 'Köln'.", "a edited"],
            bench.Output);
    }

    [Theory]
    [InlineData("DESCRIPTION:<p>One<br>two</p><p>Tom &amp; Jerry</p>", "One\ntwo\nTom & Jerry")]
    [InlineData(
        "DESCRIPTION:<html><head><title>x</title><style>p {}</style></head><body>Only <b>this</b></body></html>",
            "Only this")]
    [InlineData("DESCRIPTION:<ul><li>One</li><li>Two</li></ul>", "- One\n- Two")]
    [InlineData(
        "DESCRIPTION:See <a href=\"https://example.org/x\">the notice</a>\\n"
        + "and <a href=\"https://example.org\">https://example.org</a>",
        "See the notice (https://example.org/x)\nand https://example.org")]
    [InlineData("DESCRIPTION:Tom &amp; Jerry&#39;s&nbsp;day", "Tom & Jerry's day")]
    [InlineData("DESCRIPTION;FMTTYPE=text/html:plain &lt;b&gt;", "plain <b>")]
    [InlineData("X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Only here</p></body></html>", "Only here")]
    [InlineData("DESCRIPTION:Here\nX-ALT-DESC;FMTTYPE=text/html:<p>there</p>", "Here")]
    [InlineData("DESCRIPTION:a < b and c > d, R&D <x@example.org>", "a < b and c > d, R&D <x@example.org>")]
    public void A_description_in_html_becomes_text(string line, string expected) =>
        Assert.Equal(expected, ImportBench.Of(CalendarText.Event($"SUMMARY:S{When}\n{line}")).Clean().Summary);

    [Fact]
    public void A_text_that_is_there_twice_is_taken_once_and_the_output_says_so()
    {
        var bench = ImportBench.Of(CalendarText.Event($"SUMMARY;LANGUAGE=en:One\nSUMMARY;LANGUAGE=de:Eins{When}"));
        Assert.Equal(("One", "Event 'a': has SUMMARY more than once; the first was taken."),
            (bench["a"].Title, bench.Output[0]));
    }
}
