using Alerts.Dates;
using Alerts.Senders;
using Alerts.Sources;
using Alerts.Tests.Sources;
using Alerts.Tests.Support;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Stores;

/// <summary>Sources read over HTTP into a store; every store must behave alike.</summary>
public abstract class SourceFacts(Worlds worlds)
{
    private const string A = "a 2026-12-01 A";
    private const string B = "b 2026-12-02 B";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_found_reviewed_saved_and_told_once()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        var reader = await world.Subscribe("P7D");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        Assert.Equal(["s-a added", "s-b added"], await OpenAsync(world));
        await AcceptAllAsync(world);
        Assert.Empty(await OpenAsync(world));
        Assert.Equal("read from s", (await DateAsync(world, "s-a"))!.Reason);

        await world.RunUntil("2026-11-25 00:00");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-05 A", B);
        await ReadAsync(world);
        Assert.Equal(["s-a moved"], await OpenAsync(world));
        var shown = Assert.Single(await ShowAsync(world));
        Assert.Equal(1, shown.Affected.Sum(one => one.Value));
        await AcceptAllAsync(world);
        await world.Settle();
        Assert.Contains("2026-11-25 00:00 rescheduled r2 from r1", world.Got(reader));
    }

    [Fact]
    public async Task Proposals_of_several_sources_are_accepted_at_one_time_and_told_in_one_email()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        await world.Subscribe("P90D");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        foreach (var id in (string[])["s", "other"])
        {
            await PutAsync(world, publisher, id);
            await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel);
        }

        await AcceptAllAsync(world);
        await world.Settle();
        var recorded = new[] { await DateAsync(world, "s-a"), await DateAsync(world, "other-b") }
            .Select(version => version!.RecordedAt);
        Assert.Single(recorded.Distinct());
        Assert.Equal(4, Assert.IsType<OutboundDigest>(Assert.Single(world.Mails)).Alerts.Count);
    }

    [Fact]
    public async Task A_decision_cannot_be_repeated_and_an_unknown_one_is_not_found()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        var proposals = world.Get<Proposals>();
        var ids = (await ShowAsync(world)).Select(one => one.Id).ToList();
        Assert.IsType<Decision.Done>(await proposals.AcceptAsync([ids[0]], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync([ids[0]], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.RejectAsync(ids[0], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync(ids, Cancel));
        Assert.IsType<Decision.Done>(await proposals.RejectAsync(ids[1], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync([ids[1]], Cancel));
        Assert.IsType<Decision.Unknown>(await proposals.AcceptAsync(["prop_unknown"], Cancel));
        Assert.Null(await DateAsync(world, "s-b"));
    }

    [Fact]
    public async Task What_was_read_is_known_after_a_restart()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        await world.SleepUntil("2026-11-02 00:00");
        Assert.Equal(["s-a added", "s-b added"], await OpenAsync(world));
        await ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
        Assert.Equal(["s-a added", "s-b added"], await OpenAsync(world));
    }

    [Fact]
    public async Task A_date_says_its_source_and_when_it_was_last_seen_there()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        await AcceptAllAsync(world);
        await world.RunUntil("2026-11-03 00:00");
        await ReadAsync(world); // the source answers 304
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-03 00:00"), false), await OriginAsync(world, "s-a"));
        await world.RunUntil("2026-11-04 00:00");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(B);
        await ReadAsync(world);
        await world.Date("s-b", "2026-12-03", title: "By hand");
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-03 00:00"), false), await OriginAsync(world, "s-a"));
        Assert.Equal(new DateOrigin("s", World.Utc("2026-11-04 00:00"), true), await OriginAsync(world, "s-b"));
        await world.Date("own", "2026-12-03");
        Assert.Null(await OriginAsync(world, "own"));
    }

    [Fact]
    public async Task Broken_answers_change_nothing_and_are_tried_again_ever_later()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        await AcceptAllAsync(world);
        foreach (var (answer, sentence) in Breaks())
        {
            publisher.Instead = answer;
            var state = await ReadAsync(world);
            Assert.Contains(sentence, state.Error, StringComparison.Ordinal);
        }

        var failed = (await world.Get<ISources>().FindAsync("s", Cancel))!;
        Assert.Equal(Breaks().Count(), failed.Failures);
        Assert.Equal(Duration.FromHours(24), failed.NextAt - world.Now);
        Assert.Empty(await OpenAsync(world));
        publisher.Instead = null;
        Assert.Null((await ReadAsync(world)).Error);
        Assert.Empty(await OpenAsync(world));
    }

    [Fact]
    public async Task A_source_that_is_removed_leaves_its_dates_and_can_come_back()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        await AcceptAllAsync(world);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-05 A", B);
        await ReadAsync(world);
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.False(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.Empty(await OpenAsync(world));
        Assert.Empty(await world.Get<ISources>().ListAsync(Cancel));
        Assert.NotNull(await DateAsync(world, "s-a"));
        await PutAsync(world, publisher);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-06 A", B);
        await ReadAsync(world);
        Assert.Contains("s-a moved", await OpenAsync(world));
    }

    [Fact]
    public async Task What_was_open_when_a_source_was_removed_is_proposed_again()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.Empty(await OpenAsync(world));
        await PutAsync(world, publisher);
        await ReadAsync(world);
        Assert.Equal(["s-a added", "s-b added"], await OpenAsync(world));
        await AcceptAllAsync(world);
        Assert.NotNull(await OriginAsync(world, "s-a"));
    }

    [Fact]
    public async Task A_proposal_whose_id_was_taken_by_hand_is_withdrawn_at_the_next_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        await world.Date("s-a", "2026-12-03");
        var state = await ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
        Assert.Contains(state.Warnings, warning => warning.Contains("'s-a' belongs", StringComparison.Ordinal));
        Assert.Equal(["s-b added"], await OpenAsync(world));
        await AcceptAllAsync(world);
        Assert.Null(await OriginAsync(world, "s-a"));
        Assert.Equal(state.Warnings, (await ReadAsync(world)).Warnings);
    }

    [Fact]
    public async Task The_operator_is_mailed_when_a_source_becomes_failing_not_at_its_next_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await worlds.At("2026-11-01 00:00", ("Sources:AllowLoopback", "true"),
            ("OperatorEmail", "operator@example.com"));
        await PutAsync(world, publisher); // there is no such calendar
        for (var i = 0; i < 5; i++)
        {
            await ReadAsync(world);
            await world.RunUntil("2026-11-01 12:00");
        }

        var reads = world.Get<SourceReads>();
        await reads.ReadDueAsync(Cancel);
        Assert.Equal(World.Utc("2026-11-02 00:00"), await reads.NextAtAsync(Cancel));
        Assert.False((await world.Get<ISources>().FindAsync("s", Cancel))!.IsReported);
        var before = publisher.Requests.Count;
        await world.RunUntil("2026-11-02 00:05");
        await reads.ReadDueAsync(Cancel);
        await reads.ReadDueAsync(Cancel);
        Assert.Equal(before, publisher.Requests.Count);
        Assert.True((await world.Get<ISources>().FindAsync("s", Cancel))!.IsReported);
        await world.SleepUntil("2026-11-02 11:00");
        await world.Get<SourceReads>().ReadDueAsync(Cancel);
        Assert.InRange(world.Notices.Count, 0, 1); // a world on SQLite writes it to its outbox
    }

    [Fact]
    public async Task Ids_of_sources_never_begin_each_others_dates()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        await PutAsync(world, publisher, id: "ab");
        Assert.IsType<SavedSource.Conflict>(await PutAsync(world, publisher, id: "ab-c"));
        Assert.IsType<SavedSource.Conflict>(await PutAsync(world, publisher, id: "ab-c-d"));
        Assert.IsType<SavedSource.Done>(await PutAsync(world, publisher, id: "abc"));
        Assert.IsType<SavedSource.Done>(await PutAsync(world, publisher, id: "ab"));
    }

    [Fact]
    public async Task A_source_is_claimed_by_one_reader_at_a_time()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        await PutAsync(world, publisher);
        var sources = world.Get<ISources>();
        Assert.True(await sources.ClaimAsync("s", Cancel));
        Assert.False(await sources.ClaimAsync("s", Cancel));
        await sources.ReleaseAsync("s", Cancel);
        Assert.True(await sources.ClaimAsync("s", Cancel));
        Assert.False(await sources.ClaimAsync("unknown", Cancel));
    }

    [Fact]
    public async Task An_acceptance_that_was_broken_off_is_finished_once()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await PutAsync(world, publisher);
        await ReadAsync(world);
        var sources = world.Get<ISources>();
        foreach (var entry in await sources.EntriesAsync("s", Cancel))
        {
            await sources.SaveEntriesAsync([entry with { Proposal = entry.Proposal! with { AcceptedOver = 0 } }],
                Cancel);
        }

        // The first date was saved, and the process ended before the entry was updated.
        var noted = (await sources.EntryAsync("s", "s-a", Cancel))!;
        var wanted = ProposedDate.Of(noted, noted.Proposal!.Content, null, [], out _)!;
        await world.Get<IKeyDates>().SaveAsync(wanted, "read from s", null, Cancel);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B, "c 2026-12-03 C");
        await ReadAsync(world);
        Assert.Equal(["s-c added"], await OpenAsync(world));
        Assert.Equal(1, (await DateAsync(world, "s-a"))!.Number);
        Assert.Equal(1, (await DateAsync(world, "s-b"))!.Number);
        Assert.NotNull(await OriginAsync(world, "s-a"));
    }

    [Fact]
    public async Task Proposals_are_paged_in_the_order_they_were_found()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await WorldAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(Enumerable.Range(0, 130).Select(i =>
            $"e{i} 2026-12-01 E"));
        await PutAsync(world, publisher);
        await ReadAsync(world);
        var sources = world.Get<ISources>();
        var all = new List<ProposalPlace>();
        for (IReadOnlyList<ProposalPlace> page = await sources.ProposalsAsync(null, 50, Cancel); page.Count > 0;
            page = await sources.ProposalsAsync(page[^1], 50, Cancel))
        {
            all.AddRange(page);
        }

        Assert.Equal(130, all.DistinctBy(one => one.Id).Count());
        Assert.Equal(130, await sources.CountProposalsAsync(Cancel));
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

    private Task<World> WorldAsync() => worlds.At("2026-11-01 00:00", ("Sources:AllowLoopback", "true"));

    private static Task<SavedSource> PutAsync(World world, FakePublisher publisher, string id = "s") =>
        world.Get<SourceEdits>().PutAsync(
            new Source
            {
                Id = id,
                Type = SourceType.ICalendar,
                Url = publisher.Url + "/c.ics",
                TimeZone = DateTimeZone.Utc
            }, Cancel);

    private static async Task<SourceState> ReadAsync(World world) =>
        (await world.Get<SourceReads>().ReadAsync("s", isDue: false, Cancel))!; // no other process reads the source

    private static async Task<IReadOnlyList<ShownProposal>> ShowAsync(World world) =>
        await world.Get<Proposals>().ShowAllAsync(
        await world.Get<ISources>().ProposalsAsync(null, 200, Cancel), Cancel);

    private static async Task<IEnumerable<string>> OpenAsync(World world) =>
        (await ShowAsync(world)).Select(one => $"{one.KeyDateId} {one.Change.ToString().ToLowerInvariant()}").Order();

    private static async Task AcceptAllAsync(World world) => Assert.IsType<Decision.Done>(
        await world.Get<Proposals>().AcceptAsync([.. (await ShowAsync(world)).Select(one => one.Id)], Cancel));

    private static Task<DateVersion?> DateAsync(World world, string id) => world.Get<IKeyDates>().FindAsync(id, Cancel);

    private static async Task<DateOrigin?> OriginAsync(World world, string id) =>
        await world.Get<SourceOrigins>().OfAsync((await DateAsync(world, id))!, Cancel);
}

public sealed class SourcesOnSqliteFacts() : SourceFacts(Worlds.OnSqlite);

public sealed class SourcesOnTableStorageFacts() : SourceFacts(Worlds.OnTableStorage);
