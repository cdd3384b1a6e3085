using Alerts.Dates;
using Alerts.Due;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>Concurrent requests and lost answers at the one moment where they matter.</summary>
public sealed class RaceFacts
{
    private static readonly KeyDate Truce = new(
        "truce",
        "Truce",
        null,
        [],
        new Moment(new LocalDate(2025, 11, 20), new LocalTime(12, 0), DateTimeZone.Utc),
        null,
        DateStatus.Confirmed,
        null,
        null,
        0);

    [Fact]
    public async Task Of_two_who_save_a_date_at_once_the_list_of_dates_shows_the_later()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        var dates = world.Get<IKeyDates>();
        await dates.SaveAsync(Truce, null, null, CancellationToken.None);
        faults.Before = async asked =>
        {
            if (asked.StartsWith("POST", StringComparison.Ordinal)
                && asked.Contains("PartitionKey='list'", StringComparison.Ordinal))
            {
                faults.Before = null;
                await dates.SaveAsync(Truce with { Title = "The later" }, null, null, CancellationToken.None);
            }
        };
        await dates.SaveAsync(Truce with { Title = "The earlier" }, null, null, CancellationToken.None);

        Assert.Null(faults.Before);
        Assert.Equal(
            "The later",
            Assert.Single((await dates.ListAsync(new DateFilter(), null, 10, CancellationToken.None)).Dates)
                .KeyDate.Title);
    }

    [Fact]
    public async Task An_import_that_is_followed_while_it_stalls_still_tells_of_its_last_dates()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Import(("a", "2025-11-20 12:00"), ("b", "2025-11-20 12:00"));
        await world.Subscribe("P14D");
        await world.RunUntil("2025-11-10 00:00");
        Intent? stalled = null;
        Task FollowAsync() => world.Get<TableChanges>().FollowImportAsync(stalled!, CancellationToken.None);
        faults.Before = async asked =>
        {
            if (stalled is null && asked.StartsWith("POST", StringComparison.Ordinal)
                && asked.Contains("\"PartitionKey\":\"d|b\"", StringComparison.Ordinal))
            {
                world.Real.Ahead = TimeSpan.FromMinutes(2);
                stalled = Assert.Single(await world.Get<IntentLog>().AllAsync(CancellationToken.None));
                await FollowAsync(); // date a only
            }
            else if (asked.Contains("\"Complete\":true", StringComparison.Ordinal))
            {
                faults.Before = null;
                await FollowAsync(); // a process that listed the import before it was done
            }
        };
        await world.Import(("a", "2025-11-25 12:00"), ("b", "2025-11-25 12:00"));
        Assert.Null(faults.Before);
        await world.Settle();

        Assert.Equal(["a", "b"], world.Alerts.Where(alert => alert.Kind == AlertKind.Rescheduled)
            .Select(alert => alert.Date.KeyDate.Id).Order());
    }

    [Fact]
    public async Task A_change_whose_process_stalled_until_its_intent_was_given_up_is_told()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Date("a", "2025-11-20 12:00");
        await world.Subscribe("P14D");
        await world.RunUntil("2025-11-10 00:00");
        faults.Before = async asked =>
        {
            if (asked.StartsWith("POST", StringComparison.Ordinal)
                && asked.Contains("\"PartitionKey\":\"d|a\"", StringComparison.Ordinal))
            {
                faults.Before = null;
                world.Real.Ahead = TimeSpan.FromMinutes(2);
                var given = Assert.Single(await world.Get<IntentLog>().AllAsync(CancellationToken.None));
                await world.Get<TableChanges>().FollowDateAsync(given, CancellationToken.None);
                Assert.False(await world.Get<IntentLog>().AnyAsync(CancellationToken.None));
            }
        };
        await world.Date("a", "2025-11-25 12:00");
        Assert.Null(faults.Before);
        await world.Settle();

        Assert.Contains(world.Alerts, alert => alert.Kind == AlertKind.Rescheduled);
    }

    [Fact]
    public async Task Who_asks_twice_at_once_for_the_same_has_one_subscription()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        Task<Subscription?> SubscribeAsync(int reader) =>
            world.Subscriptions.SubscribeEmailAsync(
                $"reader{reader}@example.com", World.Preferences("P1D"), SubscriptionIdentity.Random(),
                CancellationToken.None);
        await SubscribeAsync(0); // creates the shared preference set
        var writes = 0;
        for (var isLast = false; !isLast; writes++)
        {
            // In turn, before each write of the first request, the second runs to completion.
            var left = writes;
            Subscription? second = null;
            faults.Before = async asked =>
            {
                if (!asked.StartsWith("GET", StringComparison.Ordinal)
                    && asked.Contains("subscriptions", StringComparison.Ordinal)
                    && left-- == 0)
                {
                    faults.Before = null;
                    second = await SubscribeAsync(writes + 1);
                }
            };
            var first = await SubscribeAsync(writes + 1);
            isLast = second is null;

            Assert.NotNull(first);
            Assert.Equal(first.Id, second?.Id ?? first.Id);
            Assert.NotNull(await world.Subscriptions.FindAsync(first.Id, CancellationToken.None));
        }

        Assert.InRange(writes, 5, 10); // a subscription takes at least four writes
        Assert.Equal(writes + 1, (await world.Subscriptions.CountAsync(CancellationToken.None)).Sum(one => one.Count));
    }

    [Fact]
    public async Task Who_was_cut_off_and_asks_again_has_one_subscription_that_is_found()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        Task<Subscription?> SubscribeAsync(int reader, SubscriptionIdentity seed) =>
            world.Subscriptions.SubscribeEmailAsync(
                $"reader{reader}@example.com", World.Preferences("P1D"), seed, CancellationToken.None);
        await SubscribeAsync(0, SubscriptionIdentity.Random()); // creates the shared preference set
        await world.Settle();
        var cut = 0;
        for (var isWhole = false; !isWhole; cut++)
        {
            // In turn, before each write of the first attempt, its process dies.
            var seed = SubscriptionIdentity.Random();
            faults.LiveFor(cut);
            try
            {
                await SubscribeAsync(cut + 1, seed);
                isWhole = true;
            }
            catch (Exception e) when (TableFaults.IsFault(e))
            {
                // The client gets no answer.
            }

            faults.Live();
            var again = await SubscribeAsync(cut + 1, seed);
            var another = await SubscribeAsync(cut + 1, SubscriptionIdentity.Random());

            Assert.Equal(seed.Id, again?.Id);
            Assert.Equal(seed.Id, another?.Id);
            await world.Settle();
        }

        Assert.InRange(cut, 5, 20);
        Assert.Equal(cut + 1, (await world.Subscriptions.CountAsync(CancellationToken.None)).Sum(one => one.Count));
    }

    [Fact]
    public async Task Rows_written_together_are_known_by_their_ETags_also_when_the_answer_was_lost()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Date("truce", "2025-11-10 12:00");
        var ids = Enumerable
            .Range(0, 1000)
            .Select(number => $"sub_{number}")
            .GroupBy(Keys.ShardOf)
            .First()
            .Take(2)
            .ToList();
        foreach (var id in ids)
        {
            await world.Subscriptions.SubscribeEmailAsync(
                $"{id}@example.com", World.Preferences("P1D"), SubscriptionIdentity.Random() with { Id = id },
                CancellationToken.None);
            await world.Subscriptions.ConfirmAsync(id, CancellationToken.None);
        }

        var tags = new List<string>();
        world.Get<DirectPosts>().Loses = message =>
        {
            tags.AddRange(message.Written?.Select(row => row.Tag) ?? []);
            return false;
        };
        var struck = 0;
        faults.Before = asked =>
        {
            // One transaction writes both reminders; its answer is lost, and the retry finds them written.
            var isBoth =
                asked.StartsWith("POST", StringComparison.Ordinal)
                && ids.All(id => asked.Contains($"\"RowKey\":\"{id}|000001|1|P1D\"", StringComparison.Ordinal));
            faults.Lost = isBoth && struck++ == 0 ? 1 : 0;
            return Task.CompletedTask;
        };
        await world.RunUntil("2025-11-11 00:00");

        Assert.Equal(1, faults.Count["lost"]);
        // With these tags a sender claims the rows without reading them.
        Assert.Equal(2, tags.Count(tag => tag.StartsWith("W/", StringComparison.Ordinal)));
        Assert.Equal(
            [(ids[0], World.Utc("2025-11-09 09:00")), (ids[1], World.Utc("2025-11-09 09:00"))],
            world.Alerts.Select(alert => (alert.Subscription.Id, alert.At)).Order());
    }
}
