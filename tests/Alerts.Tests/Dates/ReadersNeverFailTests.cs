using System.Text;
using Alerts.Dates;
using CsCheck;
using Xunit;

namespace Alerts.Tests.Dates;

/// <summary>Whatever is handed in as a file, the answer is dates or sentences, never an exception.</summary>
public sealed class ReadersNeverFailTests
{
    private const string Calendar =
        "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Asia/Seoul\r\n" + Zone
        + "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:S\\, t\r\nDTSTART;TZID=\"Z\":20251031T100000\r\n"
        + "SEQUENCE:1\r\nDTSTAMP:20251031T100000Z\r\n"
        + "DURATION:P1W\r\nCATEGORIES:a,b\r\n folded\r\nURL:https://example.org\r\nSTATUS:TENTATIVE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private const string Zone =
        "BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
        + "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
        + "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nMETHOD:PUBLISH\r\n";

    private const string Json =
        """[{"id": "a", "title": "T", "summary": "x\ty", "topics": ["t"], "when": {"date": "2025-11-10", "time": "00:01", "timeZone": "UTC"}, "end": {"date": "9998-12-31", "time": "23:59"}, "source": "https://x/", "checkedOn": "2025-01-01"}]""";

    private static readonly string[] Pieces =
        ["", "\r\n", "\n ", "\"", "\\", ":", ";", ",", "=", "{", "}", "[", "]", "null", "9", "0", "-", "Z", "T", "\\ud800", "😀", "\u0000", "END:VEVENT\r\n", "BEGIN:VEVENT\r\n", "99999999999999999999"];

    [Fact]
    public void A_damaged_calendar_is_dates_or_sentences() => Damaged(Calendar).Sample(Answers, iter: 3000);

    [Fact]
    public void A_damaged_json_file_is_dates_or_sentences() => Damaged(Json).Sample(Answers, iter: 3000);

    /// <summary>One to four cuts, each with something else in place of up to ten characters.</summary>
    private static Gen<string> Damaged(string good) =>
        Gen.Select(Gen.Int[0, good.Length], Gen.Int[0, 10], Gen.OneOf(Pieces)).Array[1, 4].Select(cuts => cuts.Aggregate(good, (text, cut) =>
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
                && (date is null || KeyDateText.FromStored(KeyDateText.ToStored(date)).HasSameContentAs(date)));
    }
}
