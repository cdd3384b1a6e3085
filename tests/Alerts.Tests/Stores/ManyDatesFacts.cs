using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.Stores;

/// <summary>
/// An import that moves many dates with many followers, while the process is killed again and again. With
/// <c>ALERTS_TESTS_FULL=1</c> 200 dates and 1,000 followers.
/// </summary>
public abstract class ManyDatesFacts(Worlds worlds, int followers)
{
    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    [Fact]
    public async Task Each_follower_of_many_moved_dates_gets_a_few_emails_whatever_is_killed()
    {
        var (dates, readers, random) = (IsFull ? 200 : 100, IsFull ? 1000 : followers, new Random(1));
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Import(Enumerable.Range(0, dates).Select(i => (Id(i), When(12, i))));
        var mailed = new List<Subscription>();
        for (var i = 0; i < readers; i++)
        {
            mailed.Add(await world.Subscribe("P30D", address: $"reader{i}@example.com"));
        }

        var hook = await world.SubscribeWebhook("P30D");
        await world.RunUntil("2025-11-13 00:00");
        var reminders = world.Mails.OfType<OutboundDigest>().ToList();
        Assert.Equal(readers * dates / OutboundDigest.MaxAlerts, reminders.Count);
        world.Mails.Clear();

        var killed = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Answer = _ => Random.Shared.Next(20) == 0 ? killed.Task : Task.FromResult<SendResult>(new Delivered(250, "ok"));
        await world.Import(Enumerable.Range(0, dates).Select(i => (Id(i), When(20, i))));
        for (var kills = 0; kills < 3; kills++)
        {
            var following = world.Watcher.FollowChangesAsync(CancellationToken.None);
            await Task.WhenAny(following, Task.Delay(random.Next(20, 400)));
            var end = killed;
            killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await world.KillAndStartAgain(() => end.SetResult(new Delivered(250, "ok")));
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(250, "ok"));
        await world.Settle();
        await world.RunUntil("2025-11-15 00:00");

        foreach (var reader in mailed)
        {
            var mails = world.Mails.Where(mail => mail.Subscription.Id == reader.Id).Cast<OutboundDigest>()
                .GroupBy(mail => mail.Id).Select(attempts => attempts.First()).ToList();
            Assert.Equal(Enumerable.Repeat(OutboundDigest.MaxAlerts, dates / OutboundDigest.MaxAlerts),
                mails.Select(mail => mail.Alerts.Count));
            Assert.Equal(dates, mails.SelectMany(mail => mail.Keys).Distinct().Count());
        }

        Assert.Equal(dates, world.Mails.OfType<OutboundAlert>().Select(alert => alert.Id).Distinct().Count());
        var rows = await world.Ledger(hook);
        rows = [.. rows, .. await world.Ledger(mailed[0])];
        Assert.Equal(2 * dates, rows.Count(row => row.Kind == AlertKind.Rescheduled));
        Assert.All(rows, row => Assert.Equal(DeliveryState.Delivered, row.State));
    }

    private static string Id(int i) => $"date-{i:000}";

    private static string When(int day, int i) => $"2025-12-{day} {12 + i / 60:00}:{i % 60:00}";
}

public sealed class ManyDatesOnSqliteFacts() : ManyDatesFacts(Worlds.OnSqlite, 10);

public sealed class ManyDatesOnTableStorageFacts() : ManyDatesFacts(Worlds.OnKillableTableStorage, 3);
