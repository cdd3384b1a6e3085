using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A subscriber has been reminded of a date. Nothing reaches them while the date changes several times; then deliveries
/// succeed again. They get exactly one more alert, and it is true. Times are UTC.
/// </summary>
public abstract class The_last_word_is_true_whatever_was_lost(Worlds worlds)
{
    private const string Id = "truce";

    private static readonly string[] Chains =
    [
        "cancel, move, move", "cancel, reinstate, cancel", "move, move, move back", "move, edit", "cancel, reinstate",
        "cancel, edit", "cancel, move", "move, cancel, edit", "move, move back, move back",
            "cancel, reinstate, cancel, reinstate",
    ];

    public static TheoryData<string, Loss> Cases => new(
        from chain in Chains from loss in Enum.GetValues<Loss>() select (chain, loss));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task After_changes_whose_corrections_were_lost(string chain, Loss loss)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date(Id, "2025-11-30 12:00");
        var subscriber = await world.Subscribe("P27D P1D");
        await world.RunUntil("2025-11-04 00:00");
        Assert.Equal(["P27D"], channel.Heard(subscriber).Select(alert => alert.Lead));

        await ChangeAsync(world, channel, chain, loss);
        channel.Recover();
        await world.RunUntil("2025-11-07 00:00");

        await HeardTheTruthOnceAsync(world, channel, subscriber, heardBefore: 1);
    }

    // A refused reminder may have been read all the same.
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task After_a_reminder_and_corrections_that_were_lost(string chain, Loss loss)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date(Id, "2025-11-30 12:00");
        var subscriber = await world.Subscribe("P27D P1D");
        await world.RunUntil("2025-11-03 08:59");
        await channel.LoseAsync(loss, () => world.BeginUntil(World.Utc("2025-11-03 09:00")));

        await ChangeAsync(world, channel, chain, loss);
        channel.Recover();
        await world.RunUntil("2025-11-07 00:00");

        await HeardTheTruthOnceAsync(world, channel, subscriber, heardBefore: 0);
    }

    // If nobody was notified of an intermediate change, there is nothing to take back.
    [Theory]
    [InlineData("cancel, move, move", "cancelled")]
    [InlineData("cancel, reinstate, cancel", "cancelled")]
    [InlineData("move, move, move back", null)]
    [InlineData("move, edit", "rescheduled")]
    [InlineData("cancel, reinstate", null)]
    public async Task After_changes_within_the_hold(string chain, string? correction)
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT1H"));
        var channel = new LossyChannel(world);
        await world.Date(Id, "2025-11-30 12:00");
        var subscriber = await world.Subscribe("P27D P1D");
        await world.RunUntil("2025-11-04 00:00");

        await ChangeAsync(world, channel, chain, Loss.Refused);
        channel.Recover();
        await world.RunUntil("2025-11-07 00:00");

        Assert.Equal(
            correction is null ? ["reminder"] : ["reminder", correction],
                channel.Heard(subscriber).Select(alert => alert.Kind.Word()));
    }

    private static async Task ChangeAsync(World world, LossyChannel channel, string chain, Loss loss)
    {
        foreach (var (step, place) in chain.Split(", ").Select((step, place) => (step, place)))
        {
            await channel.LoseAsync(loss, () => StepAsync(world, step, place));
        }
    }

    private static async Task StepAsync(World world, string step, int place)
    {
        // every test adds this date
        var date = (await world.Get<IKeyDates>().FindAsync(Id, CancellationToken.None))!.KeyDate;
        var changed = step switch
        {
            "cancel" => date with { Status = DateStatus.Cancelled },
            "reinstate" => date with { Status = DateStatus.Confirmed },
            "move" => date with { When = date.When with { On = date.When.On.PlusDays(40 + place) } },
            "move back" => date with { When = date.When with { On = new LocalDate(2025, 11, 30) } },
            "edit" => date with { Title = "Another title" },
            _ => throw new ArgumentException($"There is no step {step}.", nameof(step)),
        };
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        await world.Get<IKeyDates>().SaveAsync(changed, null, null, CancellationToken.None);
        world.Get<ChangeSignal>().Raise();
    }

    private static async Task HeardTheTruthOnceAsync(World world, LossyChannel channel, Subscription subscriber,
        int heardBefore)
    {
        // every test adds this date
        var now = (await world.Get<IKeyDates>().FindAsync(Id, CancellationToken.None))!.KeyDate;
        var rows = await world.Ledger(subscriber);
        Assert.DoesNotContain(rows, row => row.State is DeliveryState.Sending or DeliveryState.Retrying);
        Assert.DoesNotContain(rows, row => row.State == DeliveryState.Queued && row.DueAt <= world.Now);
        var heard = channel.Heard(subscriber).Skip(heardBefore).ToList();
        var last = Assert.Single(heard);
        Assert.True(last.Date.KeyDate.IsSameToReaders(now),
            $"heard r{last.Date.KeyDate.Revision}, which is not true any more");
        Assert.Equal(now.Title, last.Date.KeyDate.Title);
        Assert.True(last.Kind.IsCorrection() || heardBefore == 0, "a correction was owed");
        Assert.False(last.Previous?.IsSameToReaders(now) ?? false, "the date as told before is the one it has now");
        Assert.Equal(0, (await world.Audit()).Missing);
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class The_last_word_is_true_whatever_was_lost_on_SQLite()
    : The_last_word_is_true_whatever_was_lost(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class The_last_word_is_true_whatever_was_lost_on_Table_Storage()
    : The_last_word_is_true_whatever_was_lost(Worlds.OnKillableTableStorage);
