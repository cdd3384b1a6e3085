using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Describes a subscription's preferences in words.</summary>
internal static class PreferencesWords
{
    public static MailBody Preferences(this MailBody body, Preferences preferences)
    {
        if (preferences.Dates.Count == 0 && preferences.Topics.Count == 0)
        {
            body.Fact("Dates", ["all, including future ones"]);
        }

        if (preferences.Dates.Count > 0)
        {
            body.Fact("Dates", [string.Join(", ", preferences.Dates)]);
        }

        if (preferences.Topics.Count > 0)
        {
            body.Fact("Topics", [string.Join(", ", preferences.Topics.Select(TopicNames.Of))]);
        }

        body.Fact("Reminders", [.. LeadOrder.LongestFirst(preferences.Leads).Select(Words)])
            .Fact(
                "At what time",
                [$"{TimeWords.Of(preferences.At)} {TimeWords.Place(preferences.Zone)} time ({preferences.Zone.Id})"]);
        if (preferences.QuietHours is { } quiet)
        {
            body.Fact("Not between", [$"{TimeWords.Of(quiet.From)} and {TimeWords.Of(quiet.To)}"]);
        }

        return body.Gap();
    }

    /// <summary>What to say instead of the next alerts when there are none.</summary>
    public static string NothingAhead(Preferences preferences) =>
        preferences.Dates.Count > 0 && preferences.Topics.Count == 0
            ? "No alert is ahead for the dates you chose."
            : "No alert is ahead for the dates known today. You will hear of new dates as they are added.";

    /// <summary>
    /// A lead in words: <c>7 days before</c>, <c>1 hour before</c>, <c>3 business days before (us-federal)</c>; a zero
    /// lead is <c>on the day</c> or <c>when it begins</c>.
    /// </summary>
    public static string Words(Lead lead) => lead switch
    {
        ClockLead { IsZero: true } => "when it begins",
        CalendarLead { IsZero: true } => "on the day",
        // A lead that was asked for in hours or minutes is shown in them: 36 hours, not 1 day 12 hours.
        ClockLead clock => Words(clock.Before, hasDays: !clock.Text.StartsWith("PT", StringComparison.Ordinal))
            + " before",
        CalendarLead calendar => Words(calendar.Before) + " before",
        BusinessDayLead { Calendar: HolidayCalendar.Weekends } business => Remaining.Count(
            business.Days, "business day") + " before",
        BusinessDayLead business => Remaining.Count(business.Days, "business day") + " before (us-federal)",
        _ => throw new ArgumentOutOfRangeException(nameof(lead), lead.Text, "not a lead"),
    };

    /// <summary>A duration to the second, because the reader asked for exactly that.</summary>
    private static string Words(Duration before, bool hasDays) => Remaining.Joined(
        hasDays ? Remaining.Count(before.Days, "day") : "",
        Remaining.Count(hasDays ? before.Hours : (long)before.TotalHours, "hour"),
        Remaining.Count(before.Minutes, "minute"), Remaining.Count(before.Seconds, "second"));

    private static string Words(Period before) => Remaining.Joined(
        Remaining.Count(before.Years, "year"), Remaining.Count(before.Months, "month"),
        Remaining.Count(before.Weeks, "week"), Remaining.Count(before.Days, "day"));
}
