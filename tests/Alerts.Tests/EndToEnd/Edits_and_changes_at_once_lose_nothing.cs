using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Watch;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Followers edit their subscriptions while dates are added at short notice, so that an alert is owed to each follower
/// at once. Times are UTC.
/// </summary>
/// <param name="followers">Number of concurrent editors. On Table Storage one edit takes a dozen requests.</param>
/// <param name="dates">Number of dates added meanwhile.</param>
public abstract class Edits_and_changes_at_once_lose_nothing(Worlds worlds, int followers, int dates)
{
    [Fact]
    public async Task Each_follower_hears_of_each_date()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var subscribed = await Task.WhenAll(Enumerable.Range(0, followers).Select(_ =>
            world.Subscribe("P30D P20D", topics: ["tariffs"])));

        var edits = subscribed.Select((follower, i) => Task.Run(async () =>
        {
            for (var edit = 0; edit < 4; edit++)
            {
                var hour = ((i + edit) % 24).ToString("D2", CultureInfo.InvariantCulture) + ":00";
                await world.Subscriptions.EditAsync(follower.Id,
                    _ => World.Preferences("P30D P20D", at: hour, topics: ["tariffs"]), CancellationToken.None);
            }
        }));
        var changes = Enumerable.Range(0, dates).Select(i => Task.Run(async () =>
        {
            await world.Get<IKeyDates>().SaveAsync(
                new KeyDate(
                    $"date-{i}", "A date", null, ["tariffs"], World.MomentOf("2025-11-10 12:00"), null,
                        DateStatus.Confirmed, null, null, 0),
                null, null, CancellationToken.None);
            await world.Watcher.FollowChangesAsync(CancellationToken.None);
        }));
        await Task.WhenAll([.. edits, .. changes]);
        world.Get<ChangeSignal>().Raise();
        await world.RunUntil("2025-11-02 00:00");

        var heard = world.Alerts.Where(alert => alert.Kind == AlertKind.Reminder)
            .Select(alert => (alert.Subscription.Id, Date: alert.Date.KeyDate.Id)).ToList();
        Assert.Equal(followers * dates, heard.Distinct().Count());
        Assert.Equal(followers * dates, heard.Count);
    }

    [Fact]
    public async Task Edits_of_one_subscription_at_once_all_hold()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var subscriber = await world.Subscribe("P1D");
        var topics = Enumerable.Range(0, 6).Select(i => $"topic-{i}").ToList();

        await Task.WhenAll(topics.Select(topic => Task.Run(() => world.Subscriptions.EditAsync(
            subscriber.Id, now => now with { Topics = [.. now.Topics, topic] }, CancellationToken.None))));

        var edited = await world.Subscriptions.FindAsync(subscriber.Id, CancellationToken.None);
        Assert.Equal(topics, edited!.Preferences.Topics.Order());
    }

    [Fact]
    public async Task A_date_made_in_between_is_not_overwritten_by_one_that_must_be_new()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var date = new KeyDate(
            "date", "Mine", null, [], World.MomentOf("2025-11-10 12:00"), null, DateStatus.Confirmed, null, null, 0);

        var saved = await world.Get<DateEdits>().SaveAsync(date, null, known =>
        {
            world.Get<IKeyDates>().SaveAsync(date with { Title = "Theirs" }, null, null, CancellationToken.None)
                .GetAwaiter().GetResult();
            return known is null;
        }, CancellationToken.None);

        Assert.IsType<Saved.Stale>(saved);
        Assert.Equal("Theirs", (await world.Get<IKeyDates>().FindAsync("date", CancellationToken.None))!.KeyDate.Title);
    }

    [Fact]
    public async Task A_date_saved_twice_at_once_is_saved_once()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var date = new KeyDate(
            "date", "Mine", null, [], World.MomentOf("2025-11-10 12:00"), null, DateStatus.Confirmed, null, null, 0);

        var saved = await world.Get<DateEdits>().SaveAsync(date, null, known =>
        {
            world.Get<IKeyDates>().SaveAsync(date, null, null, CancellationToken.None).GetAwaiter().GetResult();
            return known is null || known.KeyDate.HasSameContentAs(date);
        }, CancellationToken.None);

        Assert.IsType<Saved.Unchanged>(saved);
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class Edits_and_changes_at_once_lose_nothing_on_SQLite()
    : Edits_and_changes_at_once_lose_nothing(Worlds.OnSqlite, followers: 40, dates: 12);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class Edits_and_changes_at_once_lose_nothing_on_Table_Storage()
    : Edits_and_changes_at_once_lose_nothing(Worlds.OnTableStorage, followers: 12, dates: 4);
