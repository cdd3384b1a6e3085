using System.Globalization;
using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>Links that open a date as a new event in a web calendar.</summary>
internal static class CalendarLinks
{
    /// <summary>A link for Google Calendar. The end of an all-day event is exclusive.</summary>
    public static string Google(KeyDate date) => "https://calendar.google.com/calendar/render?action=TEMPLATE"
        + $"&text={Uri.EscapeDataString(date.Title)}"
        + $"&dates={Written(date, "uuuuMMdd", "uuuuMMdd'T'HHmmss'Z'", "/")}"
        + (date.Summary is { } summary ? $"&details={Uri.EscapeDataString(Shortened(summary))}" : "");

    /// <summary>A link for Outlook on the web. The end of an all-day event is exclusive.</summary>
    public static string Outlook(KeyDate date) => "https://outlook.office.com/calendar/0/deeplink/compose?rru=addevent"
        + $"&subject={Uri.EscapeDataString(date.Title)}"
        + $"&startdt={Written(date, "uuuu-MM-dd", "uuuu-MM-dd'T'HH:mm:ss'Z'", "&enddt=")}"
        + (date.When.IsAllDay ? "&allday=true" : "")
        + (date.Summary is { } summary ? $"&body={Uri.EscapeDataString(Shortened(summary))}" : "");

    /// <summary>Start and end: as days for an all-day event, otherwise in UTC.</summary>
    private static string Written(KeyDate date, string day, string time, string between)
    {
        var last = date.End ?? date.When;
        return date.When.IsAllDay
            ? Day(date.When.On) + between + Day(last.On.PlusDays(1))
            : Time(date.Start) + between + Time(last.Start);

        string Day(LocalDate on) => on.ToString(day, CultureInfo.InvariantCulture);
        string Time(Instant at) => at.ToString(time, CultureInfo.InvariantCulture);
    }

    /// <summary>The summary cut to 300 characters, to keep the URL short.</summary>
    private static string Shortened(string summary) => PlainText.Cut(summary, 300);
}
