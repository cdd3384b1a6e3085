using System.Diagnostics;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores;

/// <summary>
/// An import that moves many dates, while the process is killed again and again: one email for 50 dates per follower,
/// and one event per date and endpoint. With <c>ALERTS_TESTS_FULL=1</c> 200 dates with 2 endpoints and 1,000 followers;
/// on Table Storage 100, because Azurite examines a whole table for each query.
/// </summary>
/// <param name="ciDates">How many dates in a run of CI.</param>
/// <param name="ciFollowers">How many followers by email in a run of CI.</param>
/// <param name="fullFollowers">How many in the full form.</param>
public abstract class ManyDatesFacts(
    Worlds worlds, int ciDates, int ciFollowers, int fullFollowers, ITestOutputHelper output)
{
    private const int Kills = 4;

    private static readonly SendResult Ok = new Delivered(250, "ok");

    /// <summary>The longest wait for one step. Only a hang reaches it.</summary>
    private static TimeSpan Patience => TimeSpan.FromMinutes(IsFull ? 20 : 5);

    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    private int Dates => IsFull ? 200 : ciDates;

    private int Followers => IsFull ? fullFollowers : ciFollowers;

    private static int Endpoints => IsFull ? 2 : 1;

    [Fact]
    public async Task Each_follower_of_many_moved_dates_gets_a_few_emails_whatever_is_killed()
    {
        var began = Stopwatch.GetTimestamp();
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : IsFull ? Random.Shared.Next(1_000_000) : 1;
        var random = new Random(seed);
        output.WriteLine($"Seed {seed} (ALERTS_TESTS_SEED)");
        var world = await worlds.At("2025-11-11 00:00");
        await world.Import(Enumerable.Range(0, Dates).Select(i => (Id(i), When(12, i))));
        var (readers, hooks) = (new List<Subscription>(), new List<Subscription>());
        for (var i = 0; i < Followers; i++)
        {
            readers.Add(await world.Subscribe("P30D", address: $"reader{i}@example.com"));
        }

        for (var i = 0; i < Endpoints; i++)
        {
            hooks.Add(await world.SubscribeWebhook("P30D"));
        }

        await world.RunUntil("2025-11-13 00:00").WaitAsync(Patience);
        Note("reminded");
        CheckMails(world, readers, hooks, AlertKind.Reminder);
        world.Mails.Clear();

        await world.Import(Enumerable.Range(0, Dates).Select(i => (Id(i), When(20, i))));
        var attempts = new HangingAttempts(world);
        for (var kills = 0; kills < Kills; kills++)
        {
            attempts.Hang(1 + random.Next(Followers));
            var isInFollowing = kills < Kills / 2;
            if (isInFollowing)
            {
                // It dies before one of its writes.
                world.Faults?.LiveFor(random.Next(Dates * (Followers + Endpoints) / 4));
            }

            var following = FollowAsync(world);
            var atMost = TimeSpan.FromMilliseconds(isInFollowing && world.Faults is null ? random.Next(100) : 10_000);
            await Task.WhenAny(following, Task.Delay(atMost));
            if (!isInFollowing)
            {
                world.Get<ChangeSignal>().Raise();
                await Task.WhenAny(attempts.AreHanging, Task.Delay(TimeSpan.FromSeconds(2)));
            }

            var (isUnderWay, hanging) = (!following.IsCompletedSuccessfully, attempts.Count);
            await (kills == Kills - 1 ? world.KillAndStartAgain(attempts.End) : world.KillAndBeginAgain(attempts.End))
                .WaitAsync(Patience);
            await following.WaitAsync(Patience).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Note($"killed, {(isUnderWay ? "with" : "without")} following and {hanging} attempts under way");
        }

        await world.Settle().WaitAsync(Patience);
        await world.RunUntil("2025-11-15 00:00").WaitAsync(Patience);
        Note("moved");

        CheckMails(world, readers, hooks, AlertKind.Rescheduled);
        foreach (var subscription in readers.Take(10).Concat(hooks))
        {
            var rows = (await world.Ledger(subscription)).Where(row => row.Kind == AlertKind.Rescheduled).ToList();
            Assert.Equal(Dates, rows.Count);
            Assert.All(rows, row => Assert.Equal(DeliveryState.Delivered, row.State));
        }

        await world.DisposeAsync().AsTask().WaitAsync(Patience); // with its audit
        Note("audited");

        void Note(string what) => output.WriteLine($"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s: {what}");
    }

    /// <summary>Follows the changes of the import; ends with the process.</summary>
    private static async Task FollowAsync(World world)
    {
        await Task.Yield();
        await world.Watcher.FollowChangesAsync(CancellationToken.None);
    }

    private void CheckMails(World world, List<Subscription> readers, List<Subscription> hooks, AlertKind kind)
    {
        var sent = world.Mails.ToLookup(mail => mail.Subscription.Id);
        foreach (var reader in readers)
        {
            var mails = sent[reader.Id].GroupBy(mail => mail.Id).Select(Mail).ToList();
            var whole = Enumerable.Range(0, Dates).Chunk(OutboundDigest.MaxAlerts).Select(chunk => chunk.Length);
            Assert.Equal(whole, mails.Select(mail => mail.Alerts.Count).OrderDescending());
            Assert.All(mails, mail => Assert.Equal(MailJournal.IdOf(mail.Keys), mail.Id));
            Assert.Equal(Dates, mails.Sum(mail => mail.Keys.Count()));
            Assert.Equal(Dates, mails.SelectMany(mail => mail.Keys).Distinct().Count());
            Assert.All(mails.SelectMany(mail => mail.Alerts), alert => Assert.Equal(kind, alert.Kind));
        }

        foreach (var hook in hooks)
        {
            var events = sent[hook.Id].Cast<OutboundAlert>().DistinctBy(alert => alert.Id).ToList();
            Assert.Equal(Dates, events.Count);
            Assert.Equal(Dates, events.Select(alert => alert.Date.KeyDate.Id).Distinct().Count());
            Assert.All(events, alert => Assert.Equal(kind, alert.Kind));
        }
    }

    /// <summary>The attempts of one mail, which are all alike.</summary>
    private static OutboundDigest Mail(IGrouping<string, OutboundMessage> attempts)
    {
        var mails = attempts.Cast<OutboundDigest>().ToList();
        Assert.All(mails, mail => Assert.Equal(mails[0].Keys, mail.Keys));
        return mails[0];
    }

    private static string Id(int i) => $"date-{i:000}";

    private static string When(int day, int i) => $"2025-12-{day} {12 + i / 60:00}:{i % 60:00}";

    /// <summary>Some attempts are under way until their process is killed.</summary>
    private sealed class HangingAttempts
    {
        private readonly Lock gate = new();
        private readonly List<TaskCompletionSource<SendResult>> open = [];
        private TaskCompletionSource enough = new();
        private int? wanted;

        public HangingAttempts(World world) => world.AnswerWhole = _ =>
        {
            lock (gate)
            {
                if (wanted is not { } count || Random.Shared.Next(2) == 0)
                {
                    return Task.FromResult(Ok);
                }

                var end = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                open.Add(end);
                if (open.Count == count)
                {
                    enough.TrySetResult();
                }

                return end.Task;
            }
        };

        /// <summary>Completes when as many attempts hang as were asked for.</summary>
        public Task AreHanging => enough.Task;

        public int Count
        {
            get
            {
                lock (gate)
                {
                    return open.Count;
                }
            }
        }

        public void Hang(int count)
        {
            lock (gate)
            {
                (wanted, enough) = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        public void End()
        {
            lock (gate)
            {
                wanted = null;
                open.ForEach(end => end.SetResult(Ok));
                open.Clear();
            }
        }
    }
}

public sealed class ManyDatesOnSqliteFacts(ITestOutputHelper output)
    : ManyDatesFacts(Worlds.OnSqlite, ciDates: 200, ciFollowers: 5, fullFollowers: 1000, output);

public sealed class ManyDatesOnTableStorageFacts(ITestOutputHelper output)
    : ManyDatesFacts(Worlds.OnKillableTableStorage, ciDates: 52, ciFollowers: 1, fullFollowers: 100, output);
