using Alerts.Due;
using CsCheck;
using static Alerts.Tests.Due.Written;

namespace Alerts.Tests.Due;

/// <summary>
/// Compares the rule with <see cref="NaiveRule"/> on random dates and preferences in every zone, half of the dates near
/// a clock change.
/// </summary>
public sealed class DueRulePropertyTests
{
    private const int CasesPerZone = 60;

    private static readonly string[] Ids = [.. DateTimeZoneProviders.Tzdb.Ids];

    private static readonly Gen<string> GenHour = Gen.Select(Gen.Int[0, 23], Gen.Int[0, 59], (hour, minute) =>
        $"{hour:00}:{minute:00}");

    // Small leads are frequent: there two leads often fall on one instant, and a clock change often lies in between.
    private static readonly Gen<string> GenLead = Gen.OneOf(
        Gen.OneOf(
            "P0D",
            "PT0S",
            "P1D",
            "1BD",
            "P1W",
            "P7D",
            "P1M",
            "P1Y",
            "P2Y",
            "P1Y1M",
            "P1M1D",
            "PT24H",
            "P731D",
            "P24M"),
        Gen.Int[0, 10].Select(n => $"P{n}D"),
        Gen.Int[0, 80].Select(n => $"PT{n}H"),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30], Gen.Int[0, 90], Gen.Int[0, 90], (d, h, m, s) =>
            $"P{d}DT{h}H{m}M{s}S"),
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 12], Gen.Int[0, 50], Gen.Int[0, 300], (y, m, w, d) =>
            $"P{y}Y{m}M{w}W{d}D"),
        Gen.Select(Gen.Int[1, 12], Gen.OneOf("", "/WEEKENDS", "/US-FEDERAL"), (n, calendar) => $"{n}BD{calendar}"),
        Gen.Select(Gen.Int[1, 500], Gen.OneOf("", "/US-FEDERAL"), (n, calendar) => $"{n}BD{calendar}"));

    private static readonly Gen<string> GenQuiet = Gen.OneOf(
        Gen.Const(""), Gen.Select(GenHour, GenHour, (from, to) => from == to ? "" : $" {from}-{to}"),
        Gen.OneOf(" 22:00-07:00", " 23:30-01:30", " 20:00-00:15", " 01:10-02:40"));

    // The small hours are frequent, because clocks change then.
    private static readonly Gen<(string Leads, string HourAndQuiet)> GenPreferences = Gen.Select(
        GenLead.Array[1, 4].Select(leads => string.Join(' ', leads.Distinct())),
        Gen.OneOf(GenHour, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 59], (hour, minute) => $"{hour:00}:{minute:00}")),
        GenQuiet, (leads, hour, quiet) => (leads, hour + quiet));

    private static readonly Gen<string> GenTime = Gen.OneOf(Gen.Const(""), GenHour.Select(hour => hour + " "));

    private static readonly Gen<LocalDate> GenDay = Gen.Int[0, 365 * 131]
        .Select(days => new LocalDate(1970, 1, 1).PlusDays(days));

    [Fact]
    public void In_every_zone_the_rule_agrees_with_a_naive_computation()
    {
        foreach (var id in Ids)
        {
            // Up to ten days after a clock change, so that a short lead crosses it.
            var changes = ClockChanges(DateTimeZoneProviders.Tzdb[id]);
            var genDay =
                changes.Length == 0
                    ? GenDay
                    : Gen.OneOf(
                        GenDay,
                        Gen.Select(Gen.OneOf(changes), Gen.Int[-2, 10], (change, days) => change.PlusDays(days)));
            var genDate = Gen.Select(genDay, GenTime, Gen.OneOf(Gen.Const(id), Gen.OneOf(Ids)), (on, time, zone) =>
                $"{on:uuuu-MM-dd} {time}{zone}");
            Gen.Select(genDate, GenPreferences, (date, preferences) =>
                    (Date: date, preferences.Leads, Subscriber: $"{id} {preferences.HourAndQuiet}"))
                .Sample(
                    c => Naive(c.Date, c.Leads, c.Subscriber) == Ours(c.Date, c.Leads, c.Subscriber),
                    iter: CasesPerZone,
                    threads: 1,
                    print: c =>
                        $"{c}\n  naive {Naive(c.Date, c.Leads, c.Subscriber)}\n"
                        + $"  ours  {Ours(c.Date, c.Leads, c.Subscriber)}");
        }
    }

    [Fact]
    public void A_reminder_never_expires_before_it_is_due() =>
        Gen.Select(GenDay, GenTime, Gen.OneOf(Ids), Gen.OneOf(Ids), GenPreferences)
            .Sample(
                (on, time, zone, subscriber, preferences) =>
                    DueRule
                        .Reminders(
                            Date($"{on:uuuu-MM-dd} {time}{zone}"),
                            Preferences(preferences.Leads, $"{subscriber} {preferences.HourAndQuiet}"))
                        .All(reminder => reminder.DueAt < reminder.Expires),
                iter: 2_000,
                threads: 1);

    private static string Naive(string date, string leads, string subscriber) =>
        string.Join(
            ", ",
            NaiveRule
                .Reminders(Date(date), Preferences(leads, subscriber))
                .Select(r => $"{r.Lead} {Shown(Instant.FromUnixTimeSeconds(r.DueAt))}"));

    private static string Ours(string date, string leads, string subscriber) =>
        string.Join(
            ", ",
            DueRule.Reminders(Date(date), Preferences(leads, subscriber)).Select(r => $"{r.Lead} {Shown(r.DueAt)}"));

    /// <summary>Returns the UTC days from 1970 to 2100 on which the offset of a zone changes.</summary>
    private static LocalDate[] ClockChanges(DateTimeZone zone) =>
    [
        .. zone.GetZoneIntervals(Instant.FromUtc(1970, 1, 1, 0, 0), Instant.FromUtc(2100, 12, 31, 0, 0))
            .Where(interval => interval.HasStart)
            .Select(interval => interval.Start.InUtc().Date)
            .Where(day => day.Year is >= 1970 and <= 2100),
    ];
}
