using System.Globalization;
using Alerts.Dates;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary>How pages write dates and instants.</summary>
internal static class DateText
{
    /// <summary><c>10 Nov 2025, 05:01 UTC</c>.</summary>
    public static string Utc(Instant instant) => TimeWords.Of(instant, DateTimeZone.Utc);

    /// <summary>The date as its own zone writes it, then its start in UTC.</summary>
    public static Html When(KeyDate date) => Html.Of(
        $"""<span class="block">{TimeWords.Of(date, date.When.Zone)}{(date.When.IsAllDay ? $", all day {TimeWords.Place(date.When.Zone)}" : "")} <time datetime="{TimeText.Write(date.Start)}">starts {Utc(date.Start)}</time></span>""");

    /// <summary><c>In 7 days</c>, <c>3 days ago</c>: as its own zone counts days.</summary>
    public static string HowFar(KeyDate date, Instant now) => Remaining.Words(date, now, date.When.Zone);

    /// <summary>Says what is not settled: tentative and cancelled; a confirmed date needs no word.</summary>
    public static Html Badges(KeyDate date) => date.Status == DateStatus.Confirmed ? Html.Nothing : Badge(KeyDateJson.Word(date.Status));

    public static Html Badge(string word) => Html.Of($"<span class=\"badge {word}\">{word}</span>");

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
