using Alerts.Dates;
using Alerts.Senders;
using Alerts.Sources;
using Alerts.Tests.Sources;

namespace Alerts.Tests.Stores;

/// <summary>Changes that reads have found, and their review; every store must behave alike.</summary>
public abstract class ProposalFacts(Worlds worlds)
{
    private const string A = "a 2026-12-01 A";
    private const string B = "b 2026-12-02 B";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_found_reviewed_saved_and_told_once()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        var reader = await world.Subscribe("P7D");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
        await SourceWorld.AcceptAllAsync(world);
        Assert.Empty(await SourceWorld.OpenAsync(world));
        Assert.Equal("read from s", (await SourceWorld.DateAsync(world, "s-a"))!.Reason);

        await world.RunUntil("2026-11-25 00:00");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-05 A", B);
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["s-a moved"], await SourceWorld.OpenAsync(world));
        var shown = Assert.Single(await SourceWorld.ShowAsync(world));
        Assert.Equal(1, shown.Affected.Sum(one => one.Value));
        await SourceWorld.AcceptAllAsync(world);
        await world.Settle();
        Assert.Contains("2026-11-25 00:00 rescheduled r2 from r1", world.Got(reader));
    }

    [Fact]
    public async Task Proposals_of_several_sources_are_accepted_at_one_time_and_told_in_one_email()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        await world.Subscribe("P90D");
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        foreach (var id in (string[])["s", "other"])
        {
            await SourceWorld.PutAsync(world, publisher, id);
            await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel);
        }

        await SourceWorld.AcceptAllAsync(world);
        await world.Settle();
        var (first, last) = (await SourceWorld.DateAsync(world, "s-a"), await SourceWorld.DateAsync(world, "other-b"));
        Assert.Equal(first!.RecordedAt, last!.RecordedAt);
        Assert.Equal(4, Assert.IsType<OutboundDigest>(Assert.Single(world.Mails)).Alerts.Count);
    }

    [Fact]
    public async Task A_decision_cannot_be_repeated_and_an_unknown_one_is_not_found()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        var proposals = world.Get<Proposals>();
        var ids = (await SourceWorld.ShowAsync(world)).Select(one => one.Id).ToList();
        Assert.IsType<Decision.Done>(await proposals.AcceptAsync([ids[0]], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync([ids[0]], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.RejectAsync(ids[0], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync(ids, Cancel));
        Assert.IsType<Decision.Done>(await proposals.RejectAsync(ids[1], Cancel));
        Assert.IsType<Decision.Conflict>(await proposals.AcceptAsync([ids[1]], Cancel));
        Assert.IsType<Decision.Unknown>(await proposals.AcceptAsync(["prop_unknown"], Cancel));
        Assert.Null(await SourceWorld.DateAsync(world, "s-b"));
    }

    [Fact]
    public async Task A_proposal_whose_id_was_taken_by_hand_is_withdrawn_at_the_next_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        await world.Date("s-a", "2026-12-03");
        var state = await SourceWorld.ReadAsync(world);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
        Assert.Contains(state.Warnings, warning => warning.Contains("'s-a' belongs", StringComparison.Ordinal));
        Assert.Equal(["s-b added"], await SourceWorld.OpenAsync(world));
        await SourceWorld.AcceptAllAsync(world);
        Assert.Null(await SourceWorld.OriginAsync(world, "s-a"));
        Assert.Equal(state.Warnings, (await SourceWorld.ReadAsync(world)).Warnings);
    }

    [Fact]
    public async Task An_acceptance_that_was_broken_off_is_finished_once()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
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
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["s-c added"], await SourceWorld.OpenAsync(world));
        Assert.Equal(1, (await SourceWorld.DateAsync(world, "s-a"))!.Number);
        Assert.Equal(1, (await SourceWorld.DateAsync(world, "s-b"))!.Number);
        Assert.NotNull(await SourceWorld.OriginAsync(world, "s-a"));
    }

    [Fact]
    public async Task Proposals_are_paged_in_the_order_they_were_found()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(Enumerable.Range(0, 130).Select(i =>
            $"e{i} 2026-12-01 E"));
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
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
}

public sealed class ProposalsOnSqliteFacts() : ProposalFacts(Worlds.OnSqlite);

public sealed class ProposalsOnTableStorageFacts() : ProposalFacts(Worlds.OnTableStorage);
