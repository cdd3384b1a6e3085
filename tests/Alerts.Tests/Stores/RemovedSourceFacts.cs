using Alerts.Sources;
using Alerts.Tests.Sources;

namespace Alerts.Tests.Stores;

/// <summary>Sources that are removed and added again; every store must behave alike.</summary>
public abstract class RemovedSourceFacts(Worlds worlds)
{
    private const string A = "a 2026-12-01 A";
    private const string B = "b 2026-12-02 B";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_is_removed_leaves_its_dates_and_can_come_back()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        await SourceWorld.AcceptAllAsync(world);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-05 A", B);
        await SourceWorld.ReadAsync(world);
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.False(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.Empty(await SourceWorld.OpenAsync(world));
        Assert.Empty(await world.Get<ISources>().ListAsync(Cancel));
        Assert.NotNull(await SourceWorld.DateAsync(world, "s-a"));
        await SourceWorld.PutAsync(world, publisher);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-06 A", B);
        await SourceWorld.ReadAsync(world);
        Assert.Contains("s-a moved", await SourceWorld.OpenAsync(world));
    }

    [Fact]
    public async Task What_was_open_when_a_source_was_removed_is_proposed_again()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.Empty(await SourceWorld.OpenAsync(world));
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
        await SourceWorld.AcceptAllAsync(world);
        Assert.NotNull(await SourceWorld.OriginAsync(world, "s-a"));
    }

    [Fact]
    public async Task A_read_that_began_before_the_source_was_added_again_is_not_its_first_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        var (asked, answer) = (NewSignal(), NewSignal());
        publisher.Instead = async _ =>
        {
            asked.SetResult();
            await answer.Task;
            return false;
        };
        var reading = SourceWorld.ReadAsync(world);
        await asked.Task.WaitAsync(Cancel);
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        await SourceWorld.PutAsync(world, publisher);
        answer.SetResult();
        Assert.False((await reading).HasFirstRead);
        publisher.Instead = null;
        await SourceWorld.ReadAsync(world);
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
    }

    [Fact]
    public async Task A_removal_withdraws_nothing_that_was_found_after_the_source_was_added_again()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await SourceWorld.StartAsync(worlds);
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(A, B);
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        var sources = new InterruptedSources(world.Get<ISources>(), async () =>
        {
            await SourceWorld.PutAsync(world, publisher);
            await SourceWorld.ReadAsync(world);
        });
        var edits = new SourceEdits(sources, world.Get<ChangeSignal>(), world.Get<ServiceClock>());
        Assert.True(await edits.RemoveAsync("s", Cancel));
        Assert.Equal(["s-a added", "s-b added"], await SourceWorld.OpenAsync(world));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public sealed class RemovedSourcesOnSqliteFacts() : RemovedSourceFacts(Worlds.OnSqlite);

public sealed class RemovedSourcesOnTableStorageFacts() : RemovedSourceFacts(Worlds.OnTableStorage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The proposals of one instant: the clock stands still.</summary>
    [Fact]
    public async Task A_proposal_made_again_while_the_old_one_is_closed_stays_open()
    {
        await using var publisher = await FakePublisher.StartAsync();
        var faults = new TableFaults(seed: 1);
        await using var world = await World.At(
            "2026-11-01 00:00", faults, ("Sources:AllowLoopback", "true"), ("Store", "TableStorage"));
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-12-01 A");
        await SourceWorld.PutAsync(world, publisher);
        await SourceWorld.ReadAsync(world);
        faults.Before = async asked =>
        {
            if (!asked.StartsWith("GET", StringComparison.Ordinal)
                && asked.Contains("proposals-past", StringComparison.Ordinal))
            {
                faults.Before = null;
                await SourceWorld.PutAsync(world, publisher);
                await SourceWorld.ReadAsync(world);
            }
        };
        Assert.True(await world.Get<SourceEdits>().RemoveAsync("s", Cancel));
        Assert.Null(faults.Before);
        Assert.Equal(["s-a added"], await SourceWorld.OpenAsync(world));
    }
}
