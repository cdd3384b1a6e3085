using Alerts.Dates;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Files from public bug reports against other calendar programs, with the values they mean.</summary>
public sealed class PublishedBugsTests
{
    [Theory]
    [InlineData("01-fold-inside-a-character", "2026-11-10T05:01:00Z UTC Zolltarif für Stahl tritt in Kraft")]
    [InlineData("03-custom-zone", "2026-11-10T08:00:00Z Etc/GMT-1 Council")]
    [InlineData("03c-mozilla", "2026-11-10T08:00:00Z Europe/Berlin Council")]
    [InlineData("03d-slash", "2026-11-10T08:00:00Z Europe/Vienna Council")]
    [InlineData("03e-display", "2026-11-10T08:00:00Z Europe/Berlin Council")]
    [InlineData("03h-gmt", "2026-07-10T08:00:00Z Etc/GMT-1 Council")]
    [InlineData("10-arizona", "2026-07-10T16:00:00Z Etc/GMT+7 Hearing")]
    [InlineData("29-mst-vobject", "2026-07-10T15:00:00Z Etc/GMT+6 Denver")]
    [InlineData("04-leap-second", "2026-12-31T23:59:00Z UTC Year ends")]
    [InlineData("05-value-date-with-time", "2026-11-10 America/New_York Day")]
    [InlineData("08-attendee-quote", "2026-11-10T05:01:00Z UTC Club")]
    [InlineData("27-quoted-printable", "2026-11-10T05:01:00Z UTC Restmüll: Frist")]
    public void A_file_is_read_as_it_is_meant(string file, string expected)
    {
        var date = Assert.Single(Import(file).Dates);
        Assert.Equal(expected, $"{ImportBench.Words(date)} {date.Title}");
    }

    [Fact]
    public void A_category_without_letters_we_know_is_left_out_with_a_warning()
    {
        var bench = Import("06b-categories-cjk");
        Assert.Empty(bench["case-1"].Topics);
        Assert.Contains("'会议'", bench.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_no_web_page_is_left_out_with_a_warning()
    {
        var bench = Import("07-url-message");
        Assert.Null(bench["case-1"].Source);
        Assert.Contains("message:", bench.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_to_do_is_a_date_beside_the_events() =>
        Assert.Equal(["2026-11-10 UTC", "2026-11-10T05:01:00Z UTC"],
            Import("09-vtodo").Dates.Select(ImportBench.Words));

    [Fact]
    public void A_known_date_is_cancelled_by_the_method_alone() =>
        Assert.Equal(["case-1 added", "case-1 cancelled"],
            Import("11-cancel-of-a-known-date-1", "11-cancel-of-a-known-date-2").Output);

    [Fact]
    public void An_older_entry_does_not_undo_a_newer_one()
    {
        var bench = Import("12-sequence-goes-down-1", "12-sequence-goes-down-2", "12-sequence-goes-down-3");
        Assert.Equal("2026-11-17T05:01:00Z UTC", ImportBench.Words(bench["case-1"]));
        Assert.Contains("older than what is known", bench.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_never_reinstates() => Assert.Equal(
        ["case-1 added", "case-1 cancelled", "case-1 unchanged"],
        Import("30-cancel-reinstates-1", "30-cancel-reinstates-2", "30-cancel-reinstates-3").Output);

    [Fact]
    public void Letters_with_marks_become_their_letters()
    {
        var bench = Import("28-topics-collide");
        Assert.Equal(["koln", "kaln"], bench.Dates.SelectMany(date => date.Topics));
    }

    [Fact]
    public void All_day_events_without_a_zone_take_the_one_that_is_named()
    {
        var file = Bytes("41-outlook-all-day");
        Assert.Contains("error: ", Assert.Single(new ImportBench().Import(file).Output), StringComparison.Ordinal);

        var dates = new ImportBench().Import(file, "Europe/Berlin").Dates.ToList();
        Assert.Equal(
            ["2026-11-10T11:00:00Z Europe/Berlin", "2027-07-12T21:59:00Z Europe/Berlin to 2027-07-12T22:00:00Z",
                "2027-01-01 Europe/Berlin"],
            dates.Select(ImportBench.Words));
        Assert.Equal(
            "\nStellungnahme einreichen, Entwurf „Zölle & Abgaben“.\n\n"
            + "________________________________\nBesprechungs-ID: 123\n", dates[0].Summary);
        Assert.Equal(["red-category", "zoll"], dates[0].Topics);
        Assert.Equal(DateStatus.Tentative, dates[1].Status);
    }

    [Fact]
    public void What_a_file_does_not_hold_keeps_its_value()
    {
        var shipped = ShippedCatalogue.Entries.Last(entry => entry.DateId == "agoa-expiry").Wanted;
        var bench = new ImportBench().With(shipped).Import(Bytes("42-import-erases"));
        Assert.Equal(["agoa-expiry unchanged"], bench.Output);
    }

    private static ImportBench Import(params string[] files) =>
        files.Aggregate(new ImportBench(), (bench, file) => bench.Import(Bytes(file)));

    private static byte[] Bytes(string file) =>
        File.ReadAllBytes(RepositoryRoot.At($"tests/Alerts.Tests/Dates/Calendars/Cases/{file}.ics"));
}
