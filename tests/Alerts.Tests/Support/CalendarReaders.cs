using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using NodaTime.Text;
using Calendar = Ical.Net.Calendar;

namespace Alerts.Tests.Support;

/// <summary>
/// Reads calendars with other people's libraries: npm's <c>ical.js</c> and <c>node-ical</c>, and Ical.Net.
/// </summary>
internal static class CalendarReaders
{
    /// <summary>Returns the events by reader name, in order of their UIDs.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<CalendarEntry>>> ReadAsync(string calendar)
    {
        var byNode = await ByNodeAsync(calendar);
        return new Dictionary<string, IReadOnlyList<CalendarEntry>>
        {
            ["ical.js"] = Ordered(byNode["ical.js"]),
            ["node-ical"] = Ordered(byNode["node-ical"]),
            ["Ical.Net"] = ByIcalNet(calendar),
        };
    }

    public static IReadOnlyList<CalendarEntry> ByIcalNet(string calendar) =>
        Ordered(Assert.IsType<Calendar>(Calendar.Load(calendar)).Events.Select(Entry));

    private static List<CalendarEntry> Ordered(IEnumerable<CalendarEntry> entries) =>
        [.. entries.OrderBy(entry => entry.Uid, StringComparer.Ordinal)];

    /// <summary>
    /// Returns for each calendar, by reader name, the events by UID: <c>start end summary</c>, as days or instants. A
    /// reader that cannot read the calendar has the entry <c>error</c>.
    /// </summary>
    /// <param name="calendars">The calendar files' texts.</param>
    /// <param name="libraries">The npm names of the libraries.</param>
    public static Task<Dictionary<string, Dictionary<string,
        string>>[]> InstantsAsync(IReadOnlyList<string> calendars, params string[] libraries) =>
        RunAsync<Dictionary<string, Dictionary<string,
            string>>[]>(["calendar-instants.mjs", .. libraries], JsonSerializer.Serialize(calendars));

    private static Task<Dictionary<string, CalendarEntry[]>> ByNodeAsync(string calendar) =>
        RunAsync<Dictionary<string, CalendarEntry[]>>(["calendar-reader.mjs"], calendar);

    private static async Task<T> RunAsync<T>(string[] script, string input)
    {
        var node = RealPart.Require("node", "apt-get install -y --no-install-recommends nodejs npm");
        RealPart.Require("tests/parts/node_modules/ical.js", RealPart.FromNpm);
        RealPart.Require("tests/parts/node_modules/node-ical", RealPart.FromNpm);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(node, script)
            {
                WorkingDirectory = RepositoryRoot.At("tests/parts"),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
            },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        // The scripts never print null.
        return JsonSerializer.Deserialize<T>(await output, JsonSerializerOptions.Web)!;
    }

    // The members asserted non-null are always in our calendars.
    private static CalendarEntry Entry(CalendarEvent read) => new(
        read.Uid!, read.Sequence, Moment(read.DtStamp!), read.Status!, read.IsAllDay, Moment(read.DtStart!),
        Moment(read.DtEnd ?? read.DtStart!), read.Summary!, read.Description,
        [.. read.Categories], read.Url!.AbsoluteUri, []);

    private static string Moment(CalDateTime time) => time.HasTime
        ? InstantPattern.General.Format(Instant.FromDateTimeUtc(time.AsUtc))
        : LocalDatePattern.Iso.Format(LocalDate.FromDateTime(time.Value));
}

/// <summary>An event as a reader sees it.</summary>
/// <param name="Start">A day when all-day, otherwise an instant.</param>
/// <param name="End">A day (exclusive) when all-day, otherwise an instant; the start when the event has no end.</param>
/// <param name="Alarms">Instants; empty for readers that do not support alarms.</param>
internal sealed record CalendarEntry(
    string Uid, int Sequence, string Stamp, string Status, bool AllDay, string Start, string End, string Summary,
    string? Description,
    IReadOnlyList<string> Categories, string Url, IReadOnlyList<string> Alarms)
{
    /// <summary>Everything but the alarms and the stamp, on one line for comparison.</summary>
    public string Line =>
        $"{Uid} {Sequence} {Status} {Start} {End} {Summary} | {Description} | "
        + $"{string.Join(',', Categories)} | {Url}";
}
