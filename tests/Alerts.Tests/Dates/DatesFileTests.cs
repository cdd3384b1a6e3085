using System.Text;
using Alerts.Dates;

namespace Alerts.Tests.Dates;

/// <summary>Reads files of key dates and tells JSON from iCalendar.</summary>
public sealed class DatesFileTests
{
    private const string Date =
        """{"id": "a", "title": "T", "when": {"date": "2025-11-10", "timeZone": "UTC"}, "reason": "why"}""";

    [Theory]
    [InlineData(Date)]
    [InlineData("\uFEFF\n [" + Date + "]")]
    public void One_date_or_a_list_is_read_with_its_reason(string text)
    {
        var file = Read(text);
        Assert.Empty(file.Errors);
        var wanted = Assert.Single(file.Dates);
        Assert.Equal("a", wanted.Id);
        Assert.Equal("why", wanted.Against(null, null).Reason);
    }

    [Fact]
    public void Control_characters_of_a_title_become_spaces()
    {
        var file = Read(Date.Replace("\"T\"", "\"a\\u0007b\"", StringComparison.Ordinal));
        Assert.Empty(file.Errors);
        Assert.Equal("a b", Assert.Single(file.Dates).Against(null, null).Wanted?.Title);
    }

    [Fact]
    public void An_empty_list_asks_for_nothing() => Assert.Equal(0, Read("[]").Dates.Count + Read("[]").Errors.Count);

    [Fact]
    public void A_calendar_is_known_by_its_first_line()
    {
        var file = Read(
            "\uFEFFBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nSUMMARY:S\n"
            + "DTSTART:20251110T000100Z\nEND:VEVENT\nEND:VCALENDAR\n");
        Assert.Empty(file.Errors);
        Assert.Equal("b", Assert.Single(file.Dates).Id);
    }

    [Theory]
    [InlineData("", "neither JSON")]
    [InlineData("hello", "neither JSON")]
    [InlineData("\"text\"", "neither JSON")]
    [InlineData("{", "line 1")]
    [InlineData("[1]", "/0: ")]
    [InlineData("""{"title": "T", "when": {"date": "2025-11-10", "timeZone": "UTC"}}""", "/id: ")]
    [InlineData(
        "[" + Date + """, {"id": "b", "title": "", "when": {"date": "2025-11-10", "timeZone": "UTC"}}]""",
        "'b' at /1/title: ")]
    [InlineData(
        "[" + Date + """, {"id": "B", "title": "T", "when": {"date": "2025-11-10", "timeZone": "UTC"}}]""", "/1/id: ")]
    [InlineData("[" + Date + "," + Date + "]", "'a' is in the file 2 times")]
    public void A_bad_file_is_one_error_that_names_the_place(string text, string says) =>
        Assert.Contains(says, Assert.Single(Read(text).Errors), StringComparison.Ordinal);

    [Fact]
    public void A_file_in_another_encoding_is_refused() => Assert.Contains(
        "UTF-8", Assert.Single(DatesFile.Read(Encoding.Unicode.GetPreamble()).Errors), StringComparison.Ordinal);

    private static ImportFile Read(string text) => DatesFile.Read(Encoding.UTF8.GetBytes(text));
}
