using System.Text;
using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>Answers of a publisher of calendars: unchanged ones, and those in other encodings than UTF-8.</summary>
public sealed class CalendarAnswerFacts
{
    private const string Monthly = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260115\n"
        + "RRULE:FREQ=MONTHLY\nEND:VEVENT\nEND:VCALENDAR\n";

    [Fact]
    public async Task A_series_never_runs_dry_although_its_calendar_stays_the_same()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
        publisher.Calendars["/c.ics"] = Monthly;
        await AddAsync(world, publisher.Url);
        await ReadAsync(world);
        await AcceptAllAsync(world);
        Assert.Null(await world.Get<IKeyDates>().FindAsync("s-w-20280215", Cancel));

        await world.RunUntil("2026-01-05 20:00");
        await ReadAsync(world); // the same day: the last answer is still whole
        await world.RunUntil("2026-02-20 08:00");
        await ReadAsync(world);
        Assert.NotNull(await world.Get<IKeyDates>().FindAsync("s-w-20280215", Cancel));
        await ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304", "/c.ics 200", "/c.ics 304"], publisher.Requests);
    }

    [Fact]
    public async Task A_calendar_without_series_is_not_fetched_again_while_it_stays_the_same()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-01 A");
        await AddAsync(world, publisher.Url);
        await ReadAsync(world);
        await world.RunUntil("2026-02-20 08:00");
        await ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
    }

    [Theory]
    [InlineData("ISO-8859-1", "Zölle für Stahl")]
    [InlineData("\"iso-8859-15\"", "Zölle in €")]
    [InlineData("windows-1251", "Пошлины")]
    [InlineData("utf-16", "Zölle für Stahl")]
    [InlineData("gb2312", "关税")]
    [InlineData("utf-8", "Zölle für Stahl")]
    public async Task A_calendar_is_decoded_by_the_charset_of_its_answer(string charset, string title)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset.Trim('"'))
            ?? Encoding.GetEncoding(charset.Trim('"'));
        byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes(Titled(title))];
        Assert.Equal(title, await TitleAsync(charset, body));
    }

    [Fact]
    public async Task What_is_valid_utf8_is_read_as_such_whatever_its_answer_says()
    {
        const string Title = "Zölle für Stahl";
        Assert.Equal(Title, await TitleAsync("ISO-8859-1", Encoding.UTF8.GetBytes(Titled(Title))));
        var folded = Encoding.UTF8.GetBytes(Titled(Title)).ToList();
        folded.InsertRange(folded.IndexOf(0xC3) + 1, "\r\n "u8.ToArray()); // in the middle of the ö
        Assert.Equal(Title, await TitleAsync("ISO-8859-1", [.. folded]));
    }

    [Fact]
    public async Task Utf16_without_a_mark_is_decoded_by_its_charset() =>
        Assert.Equal("Tariffs", await TitleAsync("utf-16le", Encoding.Unicode.GetBytes(Titled("Tariffs"))));

    private static string Titled(string title) => "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:" + title
        + "\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private static async Task<string?> TitleAsync(string charset, byte[] body)
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Instead = async context =>
        {
            context.Response.ContentType = "text/calendar; charset=" + charset;
            await context.Response.Body.WriteAsync(body, Cancel);
            return true;
        };
        await using var world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
        await AddAsync(world, publisher.Url);
        Assert.Null((await ReadAsync(world)).Error);
        await AcceptAllAsync(world);
        return (await world.Get<IKeyDates>().FindAsync("s-a", Cancel))?.KeyDate.Title;
    }

    private static Task<SavedSource> AddAsync(World world, string url) => world.Get<SourceEdits>().PutAsync(
        new Source
        {
            Id = "s",
            Type = SourceType.ICalendar,
            Url = url + "/c.ics",
            TimeZone = DateTimeZone.Utc,
        }, Cancel);

    private static async Task<SourceState> ReadAsync(World world) =>
        (await world.Get<SourceReads>().ReadAsync("s", isDue: false, Cancel))!; // no other process reads the source

    private static async Task AcceptAllAsync(World world)
    {
        var open = await world.Get<ISources>().ProposalsAsync(null, 200, Cancel);
        await world.Get<Proposals>().AcceptAsync([.. open.Select(one => one.Id)], Cancel);
    }
}
