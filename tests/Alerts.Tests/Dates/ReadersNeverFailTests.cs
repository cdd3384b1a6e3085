using System.Text;
using Alerts.Dates;
using Alerts.Sources;
using CsCheck;

namespace Alerts.Tests.Dates;

/// <summary>Whatever file is given, the answer is dates or error sentences, never an exception.</summary>
public sealed class ReadersNeverFailTests
{
    private const string Calendar =
        "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Asia/Seoul\r\n" + Zone
        + "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:S\\, t\r\nDTSTART;TZID=\"Z\":20251031T100000\r\n"
        + "SEQUENCE:1\r\nDTSTAMP:20251031T100000Z\r\n"
        + "DURATION:P1W\r\nCATEGORIES:a,b\r\n folded\r\nURL:https://example.org\r\nSTATUS:TENTATIVE\r\n"
        + "END:VEVENT\r\nEND:VCALENDAR\r\n";

    private const string Series =
        "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Asia/Seoul\r\n" + Zone
        + "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:S\r\nDTSTART;TZID=Z:20251031T100000\r\nDTEND;TZID=Z:20251102T110000\r\n"
        + "RRULE:FREQ=WEEKLY;UNTIL=20260131T100000Z\r\nEXRULE:FREQ=MONTHLY\r\nRDATE;VALUE=DATE:20251105,20251106\r\n"
        + "EXDATE:20251107T100000Z\r\nSEQUENCE:1\r\nEND:VEVENT\r\n"
        + "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20251114T090000Z\r\nDTSTART:20251115T100000Z\r\nEND:VEVENT\r\n"
        + "BEGIN:VTODO\r\nUID:b\r\nSUMMARY:B\r\nDTSTART;VALUE=DATE:20251101\r\nDUE;VALUE=DATE:20251103\r\n"
        + "RRULE:FREQ=MONTHLY;COUNT=3\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        + "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private const string Zone =
        "BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
        + "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
        + "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nMETHOD:PUBLISH\r\n";

    private const string Json =
        """
        [{"id": "a", "title": "T", "summary": "x\ty", "topics": ["t"],
          "when": {"date": "2025-11-10", "time": "00:01", "timeZone": "UTC"},
          "end": {"date": "9998-12-31", "time": "23:59"}, "source": "https://x/", "checkedOn": "2025-01-01"}]
        """;

    private static readonly Source Source = new()
    {
        Id = "s",
        Type = SourceType.ICalendar,
        Url = "https://example.org/c.ics",
    };

    private static readonly string[] Pieces =
    [
        "",
        "\r\n",
        "\n ",
        "\"",
        "\\",
        ":",
        ";",
        ",",
        "=",
        "{",
        "}",
        "[",
        "]",
        "null",
        "9",
        "0",
        "-",
        "Z",
        "T",
        "\\ud800",
        "😀",
        "\u0000",
        "END:VEVENT\r\n",
        "BEGIN:VEVENT\r\n",
        "99999999999999999999",
    ];

    [Fact]
    public void A_damaged_calendar_is_dates_or_sentences() => Damaged(Calendar).Sample(Answers, iter: 3000);

    [Fact]
    public void A_damaged_calendar_of_a_source_is_dates_or_sentences() => Damaged(Series).Sample(text =>
    {
        try
        {
            var reading = CalendarSource.Read(
                Source, Encoding.UTF8.GetBytes(text), Instant.FromUtc(2025, 11, 1, 0, 0), []);
            return reading.Warnings.All(sentence => sentence.EndsWith('.'))
                && reading.Dates.Concat(reading.Cancelled.Values).All(date => date.AppliedTo(null, [], out var problem)
                    is { } made ? KeyDateJson.FromStored(KeyDateJson.ToStored(made)).HasSameContentAs(made)
                    : problem!.EndsWith('.')); // without a date there is a reason
        }
        catch (SourceException)
        {
            return true;
        }
    }, iter: 3000);

    [Fact]
    public void A_damaged_json_file_is_dates_or_sentences() => Damaged(Json).Sample(Answers, iter: 3000);

    /// <summary>Makes one to four cuts, each replacing up to ten characters with something else.</summary>
    private static Gen<string> Damaged(string good) =>
        Gen.Select(Gen.Int[0, good.Length], Gen.Int[0, 10], Gen.OneOf(Pieces)).Array[1, 4]
            .Select(cuts => cuts.Aggregate(good, (text, cut) =>
                {
                    var at = Math.Min(cut.Item1, text.Length);
                    return text[..at] + cut.Item3 + text[Math.Min(at + cut.Item2, text.Length)..];
                }));

    private static bool Answers(string text)
    {
        var file = DatesFile.Read(Encoding.UTF8.GetBytes(text));
        return file.Errors.Count > 0
            ? file.Errors.All(error => error.EndsWith('.'))
            : file.Dates.All(asked => asked.Against(null, null) is { Wanted: var date } result
                && result.Errors.Concat(result.Warnings).Concat(file.Warnings).All(sentence => sentence.EndsWith('.'))
                && (date is null || KeyDateJson.FromStored(KeyDateJson.ToStored(date)).HasSameContentAs(date)));
    }
}
