using Alerts.Core;
using Alerts.Dates;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Due;

/// <summary>One reminder that a date and a preferences come to.</summary>
/// <param name="DueAt">After quiet hours; never sent before it.</param>
/// <param name="Expires">No attempt begins after it.</param>
internal sealed record DueReminder(Lead Lead, Instant DueAt, Instant Expires);

/// <summary>
/// When a reminder is due: a pure function of a key date and a preferences (product contract, section 3). It knows no clock,
/// no status and no history. Years beyond those of the calendar (-9998 to 9999) come to its first or last instant.
/// </summary>
internal static class DueRule
{
    private static readonly Duration ZeroLeadLasts = Duration.FromHours(24);

    // Every lead reaches back less than five years (24 months and 731 days; 500 business days): before this year one might leave the calendar.
    private static readonly int FirstSafeYear = LocalDate.MinIsoValue.Year + 5;

    /// <summary>
    /// Every reminder of a date, in order of <c>DueAt</c>; leads that come to the same instant are one, the first in ordinal
    /// text order (<c>1BD</c> before <c>P1D</c>).
    /// </summary>
    public static IReadOnlyList<DueReminder> Reminders(KeyDate date, Preferences preferences) =>
        Merged(Leads(date, preferences));

    /// <summary>Leads as <see cref="Leads"/> gives them, the first of each instant.</summary>
    public static IReadOnlyList<DueReminder> Merged(IReadOnlyList<DueReminder> leads)
    {
        for (var i = 1; i < leads.Count; i++)
        {
            if (leads[i].DueAt == leads[i - 1].DueAt)
            {
                return [.. leads.DistinctBy(due => due.DueAt)];
            }
        }

        return leads;
    }

    /// <summary>
    /// Each lead by itself, in order of <c>DueAt</c>, then of text, leads of the same instant included.
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
    /// The instant at which something may go that would go at <paramref name="at"/>: the end of the subscriber's quiet hours
    /// when it lies inside them. It goes at once when the date starts at or before that end, or when the end (its hour
    /// comes twice and means the earlier) is not later:
    /// <code>
    /// New York, 2 Nov 2025, quiet until 01:30:
    ///   00:00 EDT ------- 01:00 ---- 01:30 ---- 02:00 | 01:00 EST ---- 01:15 ---- 01:30 ---- 02:00
    ///                                the end                           at: goes
    /// </code>
    /// </summary>
    public static Instant HeldForQuietHours(Instant at, KeyDate date, Preferences preferences) =>
        HeldForQuietHours(at, date.Start, preferences);

    /// <summary>
    /// From when on a reminder is no longer worth sending: the instant of a timed date; the end of an all-day date's (first) day
    /// in its own zone or the subscriber's, whichever is later. A zero lead, and one that quiet hours or its hour put beyond
    /// that, lasts 24 hours from <paramref name="dueAt"/>.
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
                LocalTimes.EndOfDay(date.When.On, date.When.Zone),
                LocalTimes.EndOfDay(date.When.On, preferences.Zone))
            : date.Start;

    /// <param name="on">The day leads count back from: an all-day date's own, or a timed one's in the subscriber's zone.</param>
    private static Instant BeforeQuietHours(
        Lead lead,
        KeyDate date,
        Instant start,
        LocalDate on,
        Preferences preferences)
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
        // P0D at 09:00 for a deadline at 00:01: never later than the moment itself.
        return date.When.IsAllDay ? told : Instant.Min(told, start);
    }

    private static LocalDate DayOf(Lead lead, LocalDate on) =>
        lead switch
        {
            // Years and months in one step: P1Y1M before 29 February 2024 is 29 January 2023, not the 28th by way of 28 February.
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
