using Alerts.Dates;
using Alerts.Sources;
using Alerts.Tests.Sources;
using Microsoft.AspNetCore.Http;

namespace Alerts.Tests.Stores;

/// <summary>Sources read over HTTP into a store; every store must behave alike.</summary>
public abstract class SourceFacts(Worlds worlds)
{
    private const string A = "a 2026-12-01 A";
    private const string B = "b 2026-12-02 B";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_read_is_known_after_a_restart()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        await world.SleepUntil("2026-11-02 00:00");
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
    }

    [Fact]
    public async Task A_date_says_its_source_and_when_it_was_last_seen_there()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        await SourceWorld.AcceptAllAsync(world);
        await world.RunUntil("2026-11-03 00:00");
        await SourceWorld.ReadAsync(world); // the source answers 304
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-03 00:00"), false),
            await SourceWorld.OriginAsync(world, "s-a"));
        await world.RunUntil("2026-11-04 00:00");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(B);
        await SourceWorld.ReadAsync(world);
        await world.Date("s-b", "2026-12-03", title: "By hand");
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-03 00:00"), false),
            await SourceWorld.OriginAsync(world, "s-a"));
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-04 00:00"), true),
            await SourceWorld.OriginAsync(world, "s-b"));
        await world.Date("own", "2026-12-03");
        Assert.Null(await SourceWorld.OriginAsync(world, "own"));
    }

    [Fact]
    public async Task Broken_answers_change_nothing_and_are_tried_again_ever_later()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        await SourceWorld.AcceptAllAsync(world);
        foreach (var (answer, sentence) in Breaks())
        {
            publisher.Instead = answer;
            var state = await SourceWorld.ReadAsync(world);
            Assert.Contains(sentence, state.Error, StringComparison.Ordinal);
        }

        var failed = (await world.Get<ISources>().FindAsync("s", Cancel))!;
        Assert.Equal(Breaks().Count(), failed.Failures);
        Assert.Equal(Duration.FromHours(24), failed.NextAt - world.Now);
        Assert.Empty(await SourceWorld.OpenAsync(world));
        publisher.Instead = null;
        Assert.Null((await SourceWorld.ReadAsync(world)).Error);
        Assert.Empty(await SourceWorld.OpenAsync(world));
    }

    [Fact]
    public async Task The_operator_is_mailed_when_a_source_becomes_failing_not_at_its_next_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await worlds.At("2026-11-01 00:00", ("Sources:AllowLoopback", "true"),
            ("OperatorEmail", "operator@example.com"));
        await SourceWorld.PutAsync(world, publisher); // there is no such calendar
        for (var i = 0; i < 5; i++)
        {
            await SourceWorld.ReadAsync(world);
            await world.RunUntil("2026-11-01 12:00");
        }

        var reads = world.Get<DueReads>();
        await reads.ReadAllAsync(Cancel);
        Assert.Equal(World.Utc("2026-11-02 00:00"), await reads.LookAsync(Cancel));
        Assert.False((await world.Get<ISources>().FindAsync("s", Cancel))!.IsReported);
        var before = publisher.Requests.Count;
        await world.RunUntil("2026-11-02 00:05");
        await reads.ReadAllAsync(Cancel);
        await reads.ReadAllAsync(Cancel);
        Assert.Equal(before, publisher.Requests.Count);
        Assert.True((await world.Get<ISources>().FindAsync("s", Cancel))!.IsReported);
        await world.SleepUntil("2026-11-02 11:00");
        await world.Get<DueReads>().ReadAllAsync(Cancel);
        Assert.InRange(world.Notices.Count, 0, 1); // a world on SQLite writes it to its outbox
    }

    [Fact]
    public async Task Ids_of_sources_never_begin_each_others_dates()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        await SourceWorld.PutAsync(world, publisher, id: "ab");
        Assert.IsType<SavedSource.Conflict>(await SourceWorld.PutAsync(world, publisher, id: "ab-c"));
        Assert.IsType<SavedSource.Conflict>(await SourceWorld.PutAsync(world, publisher, id: "ab-c-d"));
        Assert.IsType<SavedSource.Done>(await SourceWorld.PutAsync(world, publisher, id: "abc"));
        Assert.IsType<SavedSource.Done>(await SourceWorld.PutAsync(world, publisher, id: "ab"));
    }

    [Fact]
    public async Task A_source_is_claimed_by_one_reader_at_a_time()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        await SourceWorld.PutAsync(world, publisher);
        var (sources, claims) = (world.Get<ISources>(), world.Get<SourceClaims>());
        var found = await sources.FindAsync("s", Cancel);
        Assert.NotNull(found);
        Assert.Equal(found, await claims.RunAsync(
            "s",
            async () =>
            {
                Assert.Null(await claims.RunAsync("s", () => Task.FromResult<SourceState?>(found), Cancel));
                return found;
            },
            Cancel));
        Assert.Equal(found, await claims.RunAsync("s", () => Task.FromResult<SourceState?>(found), Cancel));
        Assert.Null(await claims.RunAsync("unknown", () => Task.FromResult<SourceState?>(found), Cancel));
    }

    private static IEnumerable<(Func<HttpContext, Task<bool>> Answer, string Sentence)> Breaks() =>
    [
        (Text(SourceBench.Calendar(A)[..80]), "no calendar that can be read"),
        (Text("<html><body>Maintenance</body></html>"), "no calendar"),
        (Text(""), "no calendar"),
        (Status(404), "404"),
        (Status(429), "429"),
        (Status(500), "500"),
        (Redirect("http://10.0.0.1/c.ics"), "private"),
        (Redirect("/c.ics"), "redirects"),
        (Text(new string('x', 6 * 1024 * 1024)), "larger than 5 MB"),
    ];

    private static Func<HttpContext, Task<bool>> Text(string text) => async context =>
    {
        await context.Response.WriteAsync(text);
        return true;
    };

    private static Func<HttpContext, Task<bool>> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    };

    private static Func<HttpContext, Task<bool>> Redirect(string to) => context =>
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = to;
        return Task.FromResult(true);
    };
}

public sealed class SourcesOnSqliteFacts() : SourceFacts(Worlds.OnSqlite);

public sealed class SourcesOnTableStorageFacts() : SourceFacts(Worlds.OnTableStorage);
