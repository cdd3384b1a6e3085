using System.Globalization;
using System.Text;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using NodaTime.Text;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Random calendars: we read what ical.js reads, or refuse the event and name it.</summary>
public sealed class CalendarPropertyTests
{
    private const int HowMany = 400;

    private static readonly string[] Names = ["Ours", "Customized Time Zone", "MST", "GMT", "W. Europe Standard Time",
        "\"a;b:c\"", "(UTC+01:00) Somewhere"];
    private static readonly string[] Weekdays = ["SU", "MO", "SA"];
    private static readonly string[] Places = ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney",
        "America/Sao_Paulo", "Europe/London"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_calendars_by_hand_give_the_instants_that_ical_js_gives(int seed)
    {
        var random = new Random(seed);
        await CompareAsync([.. Enumerable.Range(0, HowMany).Select(_ => ByHand(random))]);
    }

    [Fact]
    public async Task Random_calendars_by_ical_net_give_the_instants_that_ical_js_gives()
    {
        var random = new Random(3);
        await CompareAsync([.. Enumerable.Range(0, HowMany).Select(_ => ByIcalNet(random))]);
    }

    private static async Task CompareAsync(IReadOnlyList<string> calendars)
    {
        var theirs = await CalendarReaders.InstantsAsync(calendars, "ical.js");
        var read = 0;
        foreach (var (calendar, lines) in calendars.Zip(theirs.Select(one => one["ical.js"])))
        {
            var bench = ImportBench.Of(calendar);
            var errors = bench.Output.Where(line => line.StartsWith("error: ", StringComparison.Ordinal)).ToList();
            Assert.All(errors, error => Assert.StartsWith("error: Event 'e", error, StringComparison.Ordinal));
            if (errors.Count > 0)
            {
                continue;
            }

            foreach (var date in bench.Dates)
            {
                var expected = lines.TryGetValue(date.Id, out var line) ? line.Split(' ')[0]
                    : $"nothing ({lines.GetValueOrDefault("error")})";
                var ours = date.When.IsAllDay ? LocalDatePattern.Iso.Format(date.When.On) : Minute(date.Start);
                Assert.True(
                    ours == (expected.Contains('T', StringComparison.Ordinal)
                        ? Minute(InstantPattern.General.Parse(expected).Value) : expected),
                            $"{date.Id}: {ours}, ical.js {expected}\n{calendar}");
                read++;
            }
        }

        Assert.True(read > HowMany, $"only {read} were read");
    }

    private static string Minute(Instant at) => at.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static string ByHand(Random random)
    {
        var name = Names[random.Next(Names.Length)];
        var text = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Random//EN\r\n");
        var events = new StringBuilder();
        for (var i = 0; i < 4; i++)
        {
            var times = random.Next(5) switch
            {
                0 => $"DTSTART;VALUE=DATE:{Day(random)}",
                1 => $"DTSTART:{Day(random)}T{Time(random)}Z",
                _ => $"DTSTART;TZID={Quoted(name)}:{Day(random)}T{Time(random)}",
            };
            events.Append(CultureInfo.InvariantCulture,
                $"BEGIN:VEVENT\r\nUID:e{i}\r\nDTSTAMP:20260101T000000Z\r\nX-ALERTS-TIMEZONE:UTC\r\n"
                + $"SUMMARY:S{i}\r\n{times}\r\nEND:VEVENT\r\n");
        }

        var before = random.Next(2) == 0;
        text.Append(before ? "" : events).Append(Zone(random, name.Trim('"'))).Append(before ? events : "");
        return text.Append("END:VCALENDAR\r\n").ToString();
    }

    private static string Quoted(string name) =>
        name[0] == '"' || !name.Contains(':', StringComparison.Ordinal) ? name : $"\"{name}\"";

    private static string Zone(Random random, string name)
    {
        var standard = random.Next(-44, 53) * 15;
        var daylight = standard + (random.Next(4) == 0 ? 30 : 60);
        var kind = random.Next(4);
        var (spring, autumn) = (Change(random, 3, kind), Change(random, 10, kind));
        var zone = new StringBuilder($"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n");
        Part(zone, "STANDARD", "19701001T030000", autumn, daylight, standard);
        if (kind != 3)
        {
            Part(zone, "DAYLIGHT", "19700301T020000", spring, standard, daylight);
        }

        return zone.Append("END:VTIMEZONE\r\n").ToString();
    }

    private static string Change(Random random, int month, int kind) => kind switch
    {
        0 => $"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={random.Next(1, 5)}{Weekdays[random.Next(3)]}\r\n",
        1 => $"RRULE:FREQ=YEARLY;BYDAY=-{random.Next(1, 3)}{Weekdays[random.Next(3)]};BYMONTH={month}"
            + $"{(random.Next(2) == 0 ? $";UNTIL={random.Next(2015, 2026)}1231T000000Z" : "")}\r\n",
        2 => $"RDATE:{random.Next(2020, 2024)}{month:00}15T020000\r\n"
            + $"RDATE:{random.Next(2024, 2027)}{month:00}20T020000\r\n",
        _ => "",
    };

    private static void Part(StringBuilder zone, string kind, string start, string change, int from, int to) =>
        zone.Append(
            CultureInfo.InvariantCulture,
            $"BEGIN:{kind}\r\nDTSTART:{start}\r\n{change}TZOFFSETFROM:{Offset(from)}\r\n"
            + $"TZOFFSETTO:{Offset(to)}\r\nEND:{kind}\r\n");

    private static string Offset(int minutes) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}{Math.Abs(minutes) % 60:00}");

    private static string Day(Random random) =>
        new LocalDate(2024, 1, 1).PlusDays(random.Next(1500)).ToString("uuuuMMdd", CultureInfo.InvariantCulture);

    /// <summary>
    /// A time from 05:00 on: ical.js treats repeated or missing local times and second 60 in its own way.
    /// </summary>
    private static string Time(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $"{random.Next(5, 24):00}{random.Next(60):00}{random.Next(60):00}");

    private static string ByIcalNet(Random random)
    {
        var calendar = new Ical.Net.Calendar();
        var place = Places[random.Next(Places.Length)];
        calendar.AddTimeZone(
            VTimeZone.FromDateTimeZone(place, new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                includeHistoricalData: false));
        for (var i = 0; i < 3; i++)
        {
            var on = new LocalDate(2024, 1, 1).PlusDays(random.Next(1500));
            calendar.Events.Add(new CalendarEvent
            {
                Uid = FormattableString.Invariant($"e{i}"),
                Summary = "S, ü; 😀 and a text that is long enough to be folded by every writer of calendars",
                DtStamp = new CalDateTime(2026, 1, 1, 0, 0, 0, "UTC"),
                Start = random.Next(4) == 0
                    ? new CalDateTime(on.Year, on.Month, on.Day)
                    : new CalDateTime(on.Year, on.Month, on.Day, random.Next(5, 24), random.Next(60), 0,
                        random.Next(5) == 0 ? "UTC" : place),
            });
        }

        calendar.AddProperty("X-WR-TIMEZONE", place);
        return new CalendarSerializer().SerializeToString(calendar)!; // serializing a calendar never returns null
    }
}
