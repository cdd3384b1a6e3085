using Alerts.Sources;
using Alerts.Tests.Sources;
using Alerts.Tests.Support;
using Xunit;

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
}

public sealed class RemovedSourcesOnSqliteFacts() : RemovedSourceFacts(Worlds.OnSqlite);

public sealed class RemovedSourcesOnTableStorageFacts() : RemovedSourceFacts(Worlds.OnTableStorage);
