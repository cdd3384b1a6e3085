using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>Imports calendar files one after the other into memory, by the rules that both stores use.</summary>
internal sealed class ImportBench
{
    private readonly Dictionary<string, (DateVersion Version, CalendarStamp? Stamp)> known = [];

    /// <summary>The results of the imports, in order: errors, warnings and changes.</summary>
    public List<string> Output { get; } = [];

    public IEnumerable<KeyDate> Dates => known.Values.Select(one => one.Version.KeyDate);

    public KeyDate this[string id] => known[id].Version.KeyDate;

    public static ImportBench Of(params string[] files) => new ImportBench().Then(files);

    public ImportBench Then(params string[] files) =>
        files.Aggregate(this, (bench, file) => bench.Import(Encoding.UTF8.GetBytes(file)));

    public ImportBench With(KeyDate date)
    {
        known[date.Id] = (new DateVersion(1, Instant.MinValue, Instant.MinValue, DateChange.Added, null, date), null);
        return this;
    }

    public ImportBench Import(byte[] file, string? zone = null)
    {
        var read = DatesFile.Read(file, zone is null ? null : DateTimeZoneProviders.Tzdb[zone]);
        Output.AddRange(read.Errors.Select(error => "error: " + error));
        Output.AddRange(read.Warnings);
        foreach (var asked in read.Errors.Count > 0 ? [] : read.Dates)
        {
            var (current, last) = known.TryGetValue(asked.Id, out var found) ? found : default;
            var result = asked.Against(current?.KeyDate, last);
            Output.AddRange(result.Errors.Select(error => "error: " + error));
            Output.AddRange(result.Warnings);
            if (result is { Errors.Count: 0, IsRead: true, Wanted: { } wanted })
            {
                var next = DateVersion.Next(current, wanted, result.Reason, Instant.MinValue);
                Output.Add($"{asked.Id} {next?.Change.ToString().ToLowerInvariant() ?? "unchanged"}");
                known[asked.Id] = (next ?? current!, result.Stamp); // no next version means there is a current one
            }
        }

        return this;
    }

    /// <summary>
    /// Returns the only date; fails when there are others, or when an import reported an error or a warning.
    /// </summary>
    public KeyDate Clean()
    {
        Assert.All(Output, line =>
            Assert.Matches("^[a-z0-9-]+ (added|moved|edited|cancelled|reinstated|unchanged)$", line));
        return Assert.Single(Dates);
    }

    /// <summary>
    /// Formats a date on one line: <c>2026-11-10T08:00:00Z Europe/Berlin</c> or <c>2026-11-10 Asia/Seoul</c>, followed
    /// by <c>to</c> and its end if it has one.
    /// </summary>
    public static string Words(KeyDate date) =>
        Words(date.When) + (date.End is { } end ? " to " + Words(end).Split(' ')[0] : "");

    private static string Words(Moment moment) =>
        (moment.IsAllDay ? LocalDatePattern.Iso.Format(moment.On) : InstantPattern.General.Format(moment.Start))
        + " " + moment.Zone.Id;
}

/// <summary>Writes calendar files for tests from the content of their one event.</summary>
internal static class CalendarText
{
    /// <summary>Returns a calendar with one component.</summary>
    /// <param name="content">The event's lines, separated by LF.</param>
    /// <param name="head">Lines of the calendar, each with its line break.</param>
    /// <param name="kind">The component's name.</param>
    public static string Event(string content, string head = "", string kind = "VEVENT") =>
        $"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//Test//EN\n{head}"
        + $"BEGIN:{kind}\nUID:a\n{content}\nEND:{kind}\nEND:VCALENDAR\n";

    /// <summary>Returns a calendar with one event that has a title and these lines for its times.</summary>
    public static string At(string times, string head = "") => Event("SUMMARY:S\n" + times, head);

    /// <summary>
    /// Returns a time zone with clock changes on the last Sundays of March and October, as in Berlin.
    /// </summary>
    public static string European(string id) =>
        Zone(id, "+0100", "+0200", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3");

    public static string Zone(string id, string standard, string daylight, string autumn, string spring) =>
        $"""
        BEGIN:VTIMEZONE
        TZID:{id}
        BEGIN:STANDARD
        DTSTART:19701025T030000
        RRULE:{autumn}
        TZOFFSETFROM:{daylight}
        TZOFFSETTO:{standard}
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:19700329T020000
        RRULE:{spring}
        TZOFFSETFROM:{standard}
        TZOFFSETTO:{daylight}
        END:DAYLIGHT
        END:VTIMEZONE

        """;

    /// <summary>Returns a VTIMEZONE of the given parts, each a component name and its lines.</summary>
    public static string Parts(string id, params (string Kind, string Lines)[] parts) =>
        $"BEGIN:VTIMEZONE\nTZID:{id}\n"
        + string.Concat(parts.Select(part => $"BEGIN:{part.Kind}\n{part.Lines}\nEND:{part.Kind}\n"))
        + "END:VTIMEZONE\n";
}
