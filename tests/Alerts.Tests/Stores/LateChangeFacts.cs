using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Watch;

namespace Alerts.Tests.Stores;

/// <summary>
/// The process dies between recording a change and processing it. The next one enqueues and sends what is due before it
/// processes the change. What the change made owed is in the ledger all the same: each world is audited at its end.
/// Times are UTC.
/// </summary>
public abstract class LateChangeFacts(Worlds worlds)
{
    [Fact]
    public async Task A_nearer_reminder_that_was_sent_before_overtakes_the_short_notice()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D P5D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await SendBeforeAsync(world, World.Utc("2025-11-05 09:00"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-05 09:00 P5D r1", "2025-11-09 09:00 P1D r1"], world.Got(reader));
        Assert.Equal(EndReasons.Overtaken, Assert.Single(await world.Ledger(reader), row => row.Lead == "P7D").Reason);
    }

    [Fact]
    public async Task A_correction_is_in_the_ledger_when_a_reminder_told_the_new_time_before()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P7D P5D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-09 12:00");
        await SendBeforeAsync(world, World.Utc("2025-11-04 09:00"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Contains("2025-11-04 09:00 P5D r2", world.Got(reader));
        Assert.Single(await world.Ledger(reader), row => row.Kind == AlertKind.Rescheduled);
    }

    private static async Task SendBeforeAsync(World world, Instant at)
    {
        var from = world.Now;
        world.Get<ServiceClock>().JumpTo(at);
        var watch = world.Get<IWatch>();
        await watch.BeginAsync(at, CancellationToken.None);
        await watch.EnqueueAsync(from, at, CancellationToken.None);
        await watch.FinishAsync(new WatchRun(at, at), CancellationToken.None);
        while (!await world.Get<IQueue>().IsQuietAsync(at, CancellationToken.None))
        {
            world.Get<ChangeSignal>().Raise();
            await Task.Delay(1, CancellationToken.None);
        }
    }
}

/// <summary>Runs the tests on SQLite, where the plan has a change from the moment it is recorded.</summary>
public sealed class LateChangeFactsOnSqlite() : LateChangeFacts(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage, where processing the change plans it.</summary>
public sealed class LateChangeFactsOnTableStorage() : LateChangeFacts(Worlds.OnTableStorage);
