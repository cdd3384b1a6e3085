using System.Text.Json;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using Alerts.Senders.Email;
using Alerts.Tests.Senders.Email;
using CsCheck;
using NodaTime.Text;

namespace Alerts.Tests.Web;

/// <summary>
/// Tests calendars over random histories: a person's calendar ends up with what the service holds as true.
/// </summary>
public sealed class CalendarHistoryFacts
{
    private static readonly string[] Ids = ["one", "two", "three"];
    private static readonly string[] Zones =
    ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"];
    private static readonly string[] Statuses = ["confirmed", "confirmed", "tentative", "cancelled"];
    private static readonly string[] Titles = ["A truce", "Two; truces, 😀", "Three"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task In_whatever_order_entries_arrive_the_highest_sequence_and_stamp_is_what_the_dates_say(int seed)
    {
        var random = new Random(seed);
        await using var service = await TestService.StartAsync();
        var arrivals = new List<CalendarEntry>();
        for (var i = 0; i < 40; i++)
        {
            service.Clock.JumpTo(TestService.Start + Duration.FromMinutes(i));
            var id = Ids[random.Next(Ids.Length)];
            Assert.InRange((await service.PutDateAsync(id, SomeDate(random))).Status, 200, 201);
            arrivals.AddRange(CalendarReaders.ByIcalNet((await service.GetAsync("/calendar.ics")).Text));
            arrivals.AddRange(CalendarReaders.ByIcalNet(await MailedAsync(service, id)));
        }

        var shuffled = arrivals.ToArray();
        random.Shuffle(shuffled);
        var kept = shuffled
            .GroupBy(entry => entry.Uid)
            .Select(event_ =>
                event_.OrderBy(entry => entry.Sequence).ThenBy(entry => entry.Stamp, StringComparer.Ordinal).Last());
        var expected = (await service.GetAsync("/api/dates"))
            .Items.Select(Expected).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(Ids.Length, expected.Count);
        Assert.Equal(expected, kept.Select(Described).Order(StringComparer.Ordinal));
        var feed = await CalendarReaders.ReadAsync((await service.GetAsync("/calendar.ics")).Text);
        Assert.All(
            feed.Values, entries => Assert.Equal(expected, entries.Select(Described).Order(StringComparer.Ordinal)));
    }

    // ical.js uses only the calendar's own VTIMEZONE, so it checks the offsets written there.
    [Fact]
    public async Task The_zones_that_a_calendar_carries_give_every_moment_its_instant()
    {
        var dates = AnyKeyDate.Any.Where(date => date.When.On.Year > 1990 && !date.When.IsAllDay).Array[400]
            .Generate(new PCG(1, 1), null, out _).DistinctBy(date => date.Id).ToList();
        var text = new ContentLineWriter();
        var zones = new TimeZoneWriter();
        dates.ForEach(zones.Add);
        CalendarHeader.BeginFeed(text, "All");
        zones.Write(text);
        dates.ForEach(date => EventWriter.Write(text, Mails.Version(date), "https://alerts.example.com/", zones));
        CalendarHeader.End(text);
        var calendar = System.Text.Encoding.UTF8.GetString(text.Written.Span);

        var read = await CalendarReaders.ReadAsync(calendar);

        Assert.InRange(dates.Count, 300, 400);
        Assert.Equal(
            dates.OrderBy(date => date.Id, StringComparer.Ordinal)
                .Select(date =>
                    $"{date.Id} {InstantPattern.General.Format(date.Start)} "
                    + $"{InstantPattern.General.Format(Instant.Max(date.Start, (date.End ?? date.When).Start))}"),
            read["ical.js"].Select(entry => $"{entry.Uid} {entry.Start} {entry.End}"));
    }

    private static string SomeDate(Random random)
    {
        var on = new LocalDate(2025, 10, 20).PlusDays(random.Next(400));
        var time =
            random.Next(3) > 0
                ? FormattableString.Invariant($"\"time\":\"{random.Next(24):00}:{random.Next(4) * 15:00}\",")
                : "";
        var end =
            random.Next(3) == 0
                ? $$""","end":{{{time}}"date":"{{TimeText.Write(on.PlusDays(random.Next(1, 4)))}}"}"""
                : "";
        return $$"""
            {"title":"{{Titles[random.Next(Titles.Length)]}}","topics":["tariffs"],
            "when":{{{time}}"date":"{{TimeText.Write(on)}}","timeZone":"{{Zones[random.Next(Zones.Length)]}}"}{{end}},
            "status":"{{Statuses[random.Next(Statuses.Length)]}}"}
            """;
    }

    private static async Task<string> MailedAsync(TestService service, string id)
    {
        var version = await service.Get<IKeyDates>().FindAsync(id, CancellationToken.None);
        using var bytes = new MemoryStream();
        // The date was saved a moment ago, so it exists.
        var calendar = CalendarPart.Text(
            [version!], date => "https://alerts.example.com/dates/" + date.Id, "alerts@example.com");
        await CalendarPart.Of(calendar).Content!.DecodeToAsync(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string Described(CalendarEntry entry) =>
        $"{entry.Uid} {entry.Sequence} {entry.Status} {entry.Start} {entry.End} {entry.Summary}";

    private static string Expected(JsonElement date)
    {
        var (when, end) = (date.GetProperty("when"), date.GetProperty("end"));
        var last = end.ValueKind == JsonValueKind.Null ? when : end;
        var isTimed = when.GetProperty("time").ValueKind != JsonValueKind.Null;
        var start = when.GetProperty(isTimed ? "instant" : "date").GetString();
        var stop = isTimed
            ? last.GetProperty("instant").GetString()
            // An all-day date has a day.
            : TimeText.Write(LocalDatePattern.Iso.Parse(last.GetProperty("date").GetString()!).Value.PlusDays(1));
        return $"{date.GetProperty("id").GetString()} {date.GetProperty("revision").GetInt32() - 1} "
            + $"{date.GetProperty("status").GetString()!.ToUpperInvariant()} {start} {stop} "
            + $"{date.GetProperty("title").GetString()}";
    }
}
