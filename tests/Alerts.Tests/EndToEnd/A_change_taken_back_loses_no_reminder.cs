using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A reminder cannot be sent at its due instant, and meanwhile its date is changed and changed back. The subscriber
/// must still hear of the date. The reminder is due on 3 November at 09:00. Times are UTC.
/// </summary>
public abstract class A_change_taken_back_loses_no_reminder(Worlds worlds)
{
    private const string When = "2025-11-10 12:00";

    private static readonly string[] Chains = ["cancel, back", "move, back", "cancel, back, cancel, back",
        "move, cancel, back"];

    public static TheoryData<string, Loss> Cases =>
        new(from chain in Chains from loss in Enum.GetValues<Loss>() select (chain, loss));

    public static TheoryData<string> Each => new(Chains);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Its_first_attempt_was_lost_and_the_corrections_with_it(string chain, Loss loss)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date("truce", When);
        var subscriber = await world.Subscribe("P7D PT1H");
        await world.RunUntil("2025-11-03 08:59");
        await channel.LoseAsync(loss, () => world.BeginUntil(World.Utc("2025-11-03 09:00")));
        foreach (var step in chain.Split(", "))
        {
            await channel.LoseAsync(loss, () => StepAsync(world, step));
        }

        channel.Recover();
        await world.RunUntil("2025-11-07 00:00");

        var heard = Assert.Single(channel.Heard(subscriber));
        Assert.Equal(World.MomentOf(When), heard.Date.KeyDate.When);
        Assert.False(heard.Date.KeyDate.IsCancelled);
    }

    // The reminder was refused once, and its retry comes only after the changes were made.
    [Theory]
    [MemberData(nameof(Each))]
    public async Task It_was_refused_and_no_correction_went_out(string chain)
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT10M"));
        var channel = new LossyChannel(world);
        await world.Date("truce", When);
        var subscriber = await world.Subscribe("P7D PT1H");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-11-03 09:00");
        channel.Recover();
        await ChangeAsync(world, chain);
        await world.RunUntil("2025-11-07 00:00");

        Assert.Equal("P7D", Assert.Single(channel.Heard(subscriber)).Lead);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_hold_lay_over_its_instant(string chain)
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT60S"));
        var channel = new LossyChannel(world);
        await world.Date("truce", When);
        var subscriber = await world.Subscribe("P7D PT1H");
        await world.RunUntil("2025-11-03 08:59");
        var steps = chain.Split(", ");
        await ChangeAsync(world, string.Join(", ", steps[..^1]));
        await world.RunUntil(World.Utc("2025-11-03 09:00") + Duration.FromSeconds(20));
        await ChangeAsync(world, steps[^1]);
        await world.RunUntil("2025-11-07 00:00");

        Assert.Equal("P7D", Assert.Single(channel.Heard(subscriber)).Lead);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task The_service_was_stopped_over_its_instant(string chain)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date("truce", When);
        var subscriber = await world.Subscribe("P7D PT1H");
        await world.RunUntil("2025-11-03 08:00");
        var steps = chain.Split(", ");
        await ChangeAsync(world, string.Join(", ", steps[..^1]));
        await world.SleepUntil("2025-11-03 15:00");
        await ChangeAsync(world, steps[^1]);
        await world.RunUntil("2025-11-07 00:00");

        Assert.Equal(["2025-11-03 15:00 P7D r" + (steps.Length + 1)], world.Got(subscriber));
        Assert.Single(channel.Heard(subscriber));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Its_endpoint_was_disabled_and_keeps_it_to_be_recovered(string chain)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date("truce", When);
        var endpoint = await world.SubscribeWebhook("P8D P7D PT1H");
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        await world.RunUntil("2025-11-03 10:00"); // P8D disabled the endpoint; P7D was kept without an attempt
        Assert.Equal(SubscriptionStatus.Disabled, (await world.Subscriptions.FindAsync(endpoint.Id,
            CancellationToken.None))!.Status);
        await ChangeAsync(world, chain);
        channel.Recover();
        await world.RunUntil("2025-11-04 00:00");
        var revision = chain.Split(", ").Length + 1;
        var kept = Assert.Single(await world.Ledger(endpoint), row => row.Revision == revision);
        Assert.Equal((DeliveryState.Failed, "endpoint disabled"), (kept.State, kept.Reason));

        await world.Subscriptions.TestAsync(endpoint.Id, CancellationToken.None);
        await world.Settle();
        var queued = await world.Subscriptions.RecoverAsync(endpoint.Id, World.Utc("2025-11-01 00:00"),
            CancellationToken.None);
        await world.RunUntil("2025-11-07 00:00");

        var heard = channel.Heard(endpoint);
        Assert.Equal(queued, heard.Count);
        Assert.Equal(revision, Assert.Single(heard).Date.KeyDate.Revision);
    }

    private static async Task ChangeAsync(World world, string chain)
    {
        foreach (var step in chain.Split(", "))
        {
            await StepAsync(world, step);
            await world.Settle();
        }
    }

    private static Task StepAsync(World world, string step) => step switch
    {
        "cancel" => world.Cancel("truce"),
        "move" => world.Date("truce", "2025-12-24 12:00"),
        "back" => world.Date("truce", When),
        _ => throw new ArgumentException($"There is no step {step}.", nameof(step)),
    };
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class A_change_taken_back_loses_no_reminder_on_SQLite()
    : A_change_taken_back_loses_no_reminder(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class A_change_taken_back_loses_no_reminder_on_Table_Storage()
    : A_change_taken_back_loses_no_reminder(Worlds.OnKillableTableStorage);
