using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Due;

/// <summary>One reminder that results from a date and a subscriber's preferences.</summary>
/// <param name="DueAt">Earliest sending time, after quiet hours are applied.</param>
/// <param name="Expires">No attempt starts after this instant.</param>
internal sealed record DueReminder(Lead Lead, Instant DueAt, Instant Expires);

/// <summary>
/// Calculates when reminders are due. A pure function of a key date and preferences (product contract, section 3): it
/// uses no clock, no status and no history. Results outside the calendar's years (-9998 to 9999) become its first or
/// last instant.
/// </summary>
internal static class DueRule
{
    private static readonly Duration ZeroLeadLasts = Duration.FromHours(24);

    // A lead reaches back less than five years (at most 24 months and 731 days, or 500 business days). For dates before
    // this year, subtracting a lead could leave the calendar's range.
    private static readonly int FirstSafeYear = LocalDate.MinIsoValue.Year + 5;

    /// <summary>
    /// All reminders of a date, ordered by <c>DueAt</c>. Leads that are due at the same instant produce one reminder,
    /// for the lead whose text is first in ordinal order (<c>1BD</c> before <c>P1D</c>).
    /// </summary>
    public static IReadOnlyList<DueReminder> Reminders(KeyDate date, Preferences preferences) =>
        Merged(Leads(date, preferences));

    /// <summary>Keeps the first of the leads that are due at the same instant.</summary>
    /// <param name="leads">Ordered as <see cref="Leads"/> returns them.</param>
    public static IReadOnlyList<DueReminder> Merged(IReadOnlyList<DueReminder> leads)
    {
        return [.. leads.DistinctBy(due => due.DueAt)];
    }

    /// <summary>
    /// One entry per lead, ordered by <c>DueAt</c> and then by text. Leads that are due at the same instant are all
    /// included.
    /// </summary>
    public static IReadOnlyList<DueReminder> Leads(KeyDate date, Preferences preferences)
    {
        var start = date.Start;
        var end = LastCall(date, preferences);
        var on = date.When.IsAllDay ? date.When.On : LocalTimes.ToLocal(start, preferences.Zone).Date;

        var reminders = new List<DueReminder>(preferences.Leads.Count);
        foreach (var lead in preferences.Leads)
        {
            var dueAt = HeldForQuietHours(BeforeQuietHours(lead, date, start, on, preferences), start, preferences);
            reminders.Add(new DueReminder(lead, dueAt, Expires(lead, dueAt, end)));
        }

        reminders.Sort(
            static (a, b) =>
                a.DueAt != b.DueAt ? a.DueAt.CompareTo(b.DueAt) : string.CompareOrdinal(a.Lead.Text, b.Lead.Text));
        return reminders;
    }

    /// <summary>
    /// Postpones <paramref name="at"/> to the end of the subscriber's quiet hours when it falls inside them. Returns
    /// <paramref name="at"/> unchanged when the date starts at or before that end, or when that end is not later than
    /// <paramref name="at"/>. The latter happens when the local time of the end occurs twice (clocks set back), because
    /// the earlier occurrence is used:
    /// <code>
    /// New York, 2 Nov 2025, quiet until 01:30:
    ///   00:00 EDT ------- 01:00 ---- 01:30 ---- 02:00 | 01:00 EST ---- 01:15 ---- 01:30 ---- 02:00
    ///                                the end                           at: sent immediately
    /// </code>
    /// </summary>
    public static Instant HeldForQuietHours(Instant at, KeyDate date, Preferences preferences) =>
        HeldForQuietHours(at, date.Start, preferences);

    /// <summary>
    /// The instant after which a reminder is no longer worth sending. For a timed date it is the instant of the date.
    /// For an all-day date it is the end of its (first) day in its own zone or the subscriber's, whichever is later. A
    /// zero lead expires 24 hours after <paramref name="dueAt"/>, and so does a lead whose <paramref name="dueAt"/> is
    /// not before that instant because of quiet hours or the preferred time of day.
    /// </summary>
    public static Instant Expires(Lead lead, Instant dueAt, KeyDate date, Preferences preferences) =>
        Expires(lead, dueAt, LastCall(date, preferences));

    private static Instant Expires(Lead lead, Instant dueAt, Instant lastCall)
    {
        if (!lead.IsZero && dueAt < lastCall)
        {
            return lastCall;
        }

        return dueAt < Instant.MaxValue - ZeroLeadLasts ? dueAt + ZeroLeadLasts : Instant.MaxValue;
    }

    private static Instant LastCall(KeyDate date, Preferences preferences) =>
        date.When.IsAllDay
            ? Instant.Max(
                LocalTimes.EndOfDay(date.When.On, date.When.Zone), LocalTimes.EndOfDay(date.When.On, preferences.Zone))
            : date.Start;

    /// <param name="on">
    /// The day that leads count back from: an all-day date's own day, or a timed date's day in the subscriber's zone.
    /// </param>
    private static Instant BeforeQuietHours(
        Lead lead, KeyDate date, Instant start, LocalDate on, Preferences preferences)
    {
        if (on.Year < FirstSafeYear)
        {
            return Instant.MinValue;
        }

        if (lead is ClockLead clock)
        {
            return start - clock.Before;
        }

        var told = LocalTimes.ToInstant(DayOf(lead, on) + preferences.At, preferences.Zone);
        // P0D at 09:00 for a deadline at 00:01: never due later than the deadline itself.
        return date.When.IsAllDay ? told : Instant.Min(told, start);
    }

    private static LocalDate DayOf(Lead lead, LocalDate on) => lead switch
    {
        // Subtract years and months in one step: P1Y1M before 29 February 2024 is 29 January 2023. Two steps would
        // go through 28 February and give the 28th.
        CalendarLead { Before: var before } => on.PlusMonths(-(before.Years * 12 + before.Months))
            .PlusDays(-(before.Weeks * 7 + before.Days)),
        BusinessDayLead business => BusinessDays.Before(on, business.Days, business.Calendar),
        _ => throw new ArgumentOutOfRangeException(nameof(lead), lead, "This lead has no day."),
    };

    private static Instant HeldForQuietHours(Instant at, Instant start, Preferences preferences)
    {
        if (preferences.QuietHours is not { } quiet)
        {
            return at;
        }

        var local = LocalTimes.ToLocal(at, preferences.Zone);
        if (!quiet.Contains(local.TimeOfDay))
        {
            return at;
        }

        var endsToday = local.TimeOfDay < quiet.To;
        if (!endsToday && local.Date == LocalDate.MaxIsoValue)
        {
            return at;
        }

        var end = LocalTimes.ToInstant((endsToday ? local.Date : local.Date.PlusDays(1)) + quiet.To, preferences.Zone);
        return end <= at || start <= end ? at : end;
    }
}
