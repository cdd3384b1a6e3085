using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Tests.Due;

/// <summary>
/// A second, slow implementation of the contract's section 3 by other means, to compare <c>DueRule</c> with. Local
/// times are <see cref="DateTime"/>s, instants are seconds since 1970, leads are parsed here, and days are counted one
/// by one. Time zones supply only their intervals.
/// </summary>
internal static class NaiveRule
{
    private const long Day = 86_400;

    /// <summary>Returns lead texts and due instants (seconds since 1970), in order of the instants.</summary>
    public static List<(string Lead, long DueAt)> Reminders(KeyDate date, Preferences preferences)
    {
        var byInstant = new SortedDictionary<long, string>();
        foreach (var lead in preferences.Leads.Select(lead => lead.Text))
        {
            var dueAt = DueAt(lead, date, preferences);
            if (!byInstant.TryGetValue(dueAt, out var other) || string.CompareOrdinal(lead, other) < 0)
            {
                byInstant[dueAt] = lead;
            }
        }

        return [.. byInstant.Select(entry => (entry.Value, entry.Key))];
    }

    private static long DueAt(string lead, KeyDate date, Preferences preferences)
    {
        var start = Start(date.When);
        var dueAt = start;
        if (lead.Contains('T', StringComparison.Ordinal) && !lead.Contains('/', StringComparison.Ordinal))
        {
            dueAt -= Parts(lead).Sum(part => part.Count * part.Seconds);
        }
        else
        {
            var on = date.When.At is null ? Of(date.When.On) : Clock(start, preferences.Zone).Date;
            dueAt = Instant(DayBefore(lead, on).AddTicks(preferences.At.TickOfDay), preferences.Zone);
            if (date.When.At is not null && dueAt > start)
            {
                dueAt = start;
            }
        }

        return preferences.QuietHours is { } quiet ? AfterQuietHours(dueAt, quiet, start, preferences.Zone) : dueAt;
    }

    private static DateTime DayBefore(string lead, DateTime on)
    {
        if (lead.Contains("BD", StringComparison.Ordinal))
        {
            var left = int.Parse(lead[..lead.IndexOf('B', StringComparison.Ordinal)], null);
            while (left > 0)
            {
                on = on.AddDays(-1);
                left -=
                    on.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday
                    || (lead.EndsWith("/US-FEDERAL", StringComparison.Ordinal) && Holidays(on).Contains(on))
                        ? 0
                        : 1;
            }

            return on;
        }

        var parts = Parts(lead);
        var months = parts.Sum(part => part.Count * part.Months);
        var (year, month, day) = (on.Year, on.Month, on.Day);
        for (; months > 0; months--)
        {
            (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1);
        }

        // Search downwards for the last day that exists.
        DateTime there;
        while (!DateTime.TryParse($"{year:0000}-{month:00}-{day:00}", null, out there))
        {
            day--;
        }

        for (var days = parts.Sum(part => part.Count * part.Seconds) / Day; days > 0; days--)
        {
            there = there.AddDays(-1);
        }

        return there;
    }

    private static List<(long Count, int Months, long Seconds)> Parts(string lead)
    {
        var parts = new List<(long, int, long)>();
        var (count, inTime) = (0L, false);
        foreach (var c in lead[1..])
        {
            if (char.IsAsciiDigit(c))
            {
                count = count * 10 + (c - '0');
                continue;
            }

            inTime |= c == 'T';
            parts.Add(c switch
            {
                'Y' => (count, 12, 0),
                'M' when !inTime => (count, 1, 0),
                'W' => (count, 0, 7 * Day),
                'D' => (count, 0, Day),
                'H' => (count, 0, 3_600),
                'M' => (count, 0, 60),
                'S' => (count, 0, 1),
                _ => (0, 0, 0),
            });
            count = 0;
        }

        return parts;
    }

    /// <summary>
    /// Returns the observed holidays of a year, including the New Year's Day after it when that is
    /// observed in the year.
    /// </summary>
    private static IEnumerable<DateTime> Holidays(DateTime of)
    {
        DateTime Nth(int nth, DayOfWeek weekday, int month) =>
            Enumerable
                .Range(1, 31)
                .Select(day => new DateTime(of.Year, month, day))
                .Where(day => day.DayOfWeek == weekday)
                .ElementAt(nth - 1);
        DateTime Observed(DateTime day) =>
            day.DayOfWeek switch
            {
                DayOfWeek.Saturday => day.AddDays(-1),
                DayOfWeek.Sunday => day.AddDays(1),
                _ => day,
            };
        var lastOfMay = new DateTime(of.Year, 5, 31);
        while (lastOfMay.DayOfWeek != DayOfWeek.Monday)
        {
            lastOfMay = lastOfMay.AddDays(-1);
        }

        return
        [
            Observed(new DateTime(of.Year, 1, 1)), Nth(3, DayOfWeek.Monday, 1), Nth(3, DayOfWeek.Monday, 2), lastOfMay,
            Observed(new DateTime(of.Year, 6, 19)), Observed(new DateTime(of.Year, 7, 4)), Nth(1, DayOfWeek.Monday, 9),
            Nth(2, DayOfWeek.Monday, 10), Observed(new DateTime(of.Year, 11, 11)), Nth(4, DayOfWeek.Thursday, 11),
            Observed(new DateTime(of.Year, 12, 25)), Observed(new DateTime(of.Year + 1, 1, 1)),
        ];
    }

    private static long AfterQuietHours(long dueAt, QuietHours quiet, long start, DateTimeZone zone)
    {
        var clock = Clock(dueAt, zone);
        // The quiet hours that began today, and those that began yesterday and cross midnight.
        foreach (var day in (DateTime[])[clock.Date, clock.Date.AddDays(-1)])
        {
            var from = day.AddTicks(quiet.From.TickOfDay);
            var to = day.AddTicks(quiet.To.TickOfDay);
            to = to < from ? to.AddDays(1) : to;
            if (from <= clock && clock < to)
            {
                var end = Instant(to, zone);
                return start <= end || end <= dueAt ? dueAt : end;
            }
        }

        return dueAt;
    }

    private static long Start(Moment when)
    {
        var midnight = Of(when.On);
        if (when.At is { } at)
        {
            return Instant(midnight.AddTicks(at.TickOfDay), when.Zone);
        }

        // The first instant at which the clocks show that day or a later one.
        var spans = SpansAround(midnight, when.Zone);
        return spans.Select(span => Math.Max(span.From, Seconds(midnight) - span.Offset)).Zip(spans)
            .First(pair => pair.First < pair.Second.To).First;
    }

    /// <summary>
    /// Returns the earliest instant at which the clocks show a time. A skipped time is moved later by the
    /// length of the gap.
    /// </summary>
    private static long Instant(DateTime local, DateTimeZone zone)
    {
        var spans = SpansAround(local, zone);
        foreach (var (from, to, offset) in spans)
        {
            var candidate = Seconds(local) - offset;
            if (from <= candidate && candidate < to)
            {
                return candidate;
            }
        }

        foreach (var (before, after) in spans.Zip(spans.Skip(1)))
        {
            if (before.To + before.Offset <= Seconds(local) && Seconds(local) < after.From + after.Offset)
            {
                return Seconds(local) + (after.Offset - before.Offset) - after.Offset;
            }
        }

        throw new InvalidOperationException($"No instant and no gap at {local:s} in {zone.Id}.");
    }

    private static DateTime Clock(long at, DateTimeZone zone) =>
        DateTime.UnixEpoch.AddSeconds(
            at + zone.GetZoneInterval(NodaTime.Instant.FromUnixTimeSeconds(at)).WallOffset.Seconds);

    /// <summary>
    /// Returns the intervals of constant offset in the four days around a local time, in order of time.
    /// </summary>
    private static List<(long From, long To, long Offset)> SpansAround(DateTime local, DateTimeZone zone)
    {
        var spans = new List<(long, long, long)>();
        for (var at = Seconds(local) - 2 * Day; at < Seconds(local) + 2 * Day;)
        {
            var interval = zone.GetZoneInterval(NodaTime.Instant.FromUnixTimeSeconds(at));
            var end = interval.HasEnd ? interval.End.ToUnixTimeSeconds() : long.MaxValue / 2;
            spans.Add(
                (
                    interval.HasStart ? interval.Start.ToUnixTimeSeconds() : long.MinValue / 2, end,
                    interval.WallOffset.Seconds));
            at = end;
        }

        return spans;
    }

    private static DateTime Of(LocalDate on) => new(on.Year, on.Month, on.Day, 0, 0, 0, DateTimeKind.Utc);

    private static long Seconds(DateTime local) => (local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
}
