using System.Globalization;
using Alerts.Ledger;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The longest values that outsiders can make us store; Table Storage has its own limits. Times are UTC.
/// </summary>
public abstract class What_is_long_is_kept_whole(Worlds worlds)
{
    [Theory]
    [InlineData("x")]
    [InlineData("<")]
    [InlineData("\u0001")]
    [InlineData("\U0001F4C5")]
    public async Task Every_answer_of_ten_attempts(string sign)
    {
        var answer = string.Concat(Enumerable.Repeat(sign, 2_000 / sign.Length));
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, answer));
        await world.RunUntil("2025-11-10 12:00");

        var failed = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((DeliveryState.Failed, 10), (failed.State, failed.Attempts.Count));
        Assert.All(failed.Attempts, attempt => Assert.Equal(answer, attempt.Response));
    }

    [Fact]
    public async Task What_was_sent_again_and_again_keeps_its_attempts_and_its_newest_answers()
    {
        var answer = new string('\u0001', 2_000);
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new GaveUp(400, answer, "refused"));
        await world.RunUntil("2025-11-03 09:01");
        for (var i = 0; i < 60; i++)
        {
            await world
                .Get<IDeliveries>()
                .ResendAsync(Assert.Single(await world.Ledger(subscriber)), TestContext.Current.CancellationToken);
            await world.Settle();
        }

        var failed = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((DeliveryState.Failed, 61), (failed.State, failed.Attempts.Count));
        Assert.All(failed.Attempts.TakeLast(10), attempt => Assert.Equal(answer, attempt.Response));
    }

    [Fact]
    public async Task A_wish_for_500_dates_with_the_longest_ids()
    {
        var ids = Enumerable.Range(0, 500).Select(i => i.ToString("D64", CultureInfo.InvariantCulture)).ToList();
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date(ids[499], "2025-11-10 12:00");
        var preferences = World.Preferences("P1D") with { Dates = ids };
        var subscriber = await world.Subscriptions.SubscribeEmailAsync(
            "reader@example.com", preferences, TestContext.Current.CancellationToken);
        await world.Subscriptions.ConfirmAsync(subscriber.Id, TestContext.Current.CancellationToken);
        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(subscriber));
        Assert.Equal(
            ids,
            (await world.Subscriptions.FindAsync(subscriber.Id, TestContext.Current.CancellationToken))
                ?.Preferences
                .Dates);
    }

    [Fact]
    public async Task Everything_that_a_subscription_ever_was()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        for (var i = 0; i < 1_000; i++)
        {
            await world.Subscriptions.EditAsync(
                subscriber.Id,
                _ => World.Preferences(i % 2 == 0 ? "P2D" : "P1D"),
                TestContext.Current.CancellationToken);
        }

        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(subscriber));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class What_is_long_is_kept_whole_on_SQLite() : What_is_long_is_kept_whole(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class What_is_long_is_kept_whole_on_Table_Storage() : What_is_long_is_kept_whole(Worlds.OnTableStorage);
