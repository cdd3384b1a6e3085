using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Stores;

/// <summary>
/// Random histories of attempts that are lost, dates that change between them and processes that are killed: an email
/// of several alerts that is sent again holds nothing that was not in it before, and every alert ends.
/// <c>ALERTS_HISTORIES</c> sets how many histories are tried.
/// </summary>
public abstract class OneEmailPerMomentHistoryFacts(Worlds worlds, int histories, ITestOutputHelper output)
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e"];

    /// <summary>Not doubt, in which a correction waits for time to pass: the clock of a world stands meanwhile.</summary>
    private static readonly Loss[] Losses = [Loss.Refused, Loss.TimedOut, Loss.Killed, Loss.Deferred];


    [Fact]
    public async Task Nothing_new_hides_behind_an_old_id_and_nothing_is_missing()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_HISTORIES"), out var asked) ? asked
            : histories;
        for (var i = 0; i < count; i++)
        {
            var seed = Random.Shared.Next();
            output.WriteLine($"Seed {seed}");
            await RunAsync(new Random(seed));
        }
    }

    private async Task RunAsync(Random random)
    {
        await using var world = await worlds.At("2025-11-05 00:00");
        var channel = new LossyChannel(world);
        await world.Import(Ids.Take(3).Select(id => (id, WhenOf(id, random))));
        Subscription[] readers = [await world.Subscribe("P1D P3D"), await world.Subscribe("P3D PT26H")];
        while (world.Now < World.Utc("2025-11-12 00:00"))
        {
            await (random.Next(5) switch
            {
                0 => Later(),
                1 => ChangeAsync(),
                2 => ResendAsync(),
                3 => channel.LoseAsync(Losses[random.Next(Losses.Length)], Later),
                _ => channel.LoseAsync(Losses[random.Next(Losses.Length)], ChangeAsync),
            });
            channel.Recover();
        }

        await world.RunUntil("2025-11-25 00:00");

        Check(world);
        foreach (var row in (await Task.WhenAll(readers.Select(world.Ledger))).SelectMany(rows => rows))
        {
            Assert.True(
                row.State is not (DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Retrying),
                $"{row.KeyDateId} {row.Kind} {row.State}");
        }

        Task Later() => world.RunUntil(random.Next(2) == 0
            ? world.Now + Duration.FromMinutes(random.Next(1, 90))
            : world.Now.Plus(Duration.FromHours(24 - (world.Now.InUtc().Hour + 15) % 24))); // to about 09:00

        async Task ChangeAsync()
        {
            if (random.Next(4) == 0)
            {
                await world.Import(Ids.Where(_ => random.Next(2) == 0).Select(id => (id, WhenOf(id, random))));
            }
            else
            {
                var id = Ids[random.Next(Ids.Length)];
                await world.Date(id, WhenOf(id, random), status: random.Next(4) == 0 ? DateStatusOf(random)
                    : DateStatus.Confirmed);
            }

            await world.Settle();
        }

        async Task ResendAsync()
        {
            var deliveries = world.Get<IDeliveries>();
            var rows = await world.Ledger(readers[random.Next(readers.Length)]);
            if (rows.Count > 0)
            {
                await deliveries.ResendAsync(rows[random.Next(rows.Count)], CancellationToken.None);
                await world.Settle();
            }
        }
    }

    private static DateStatus DateStatusOf(Random random) =>
        random.Next(2) == 0 ? DateStatus.Cancelled : DateStatus.Tentative;

    private static string WhenOf(string id, Random random) => $"2025-11-{random.Next(9, 13):00} 12:0{id[0] - 'a'}";

    private static void Check(World world)
    {
        foreach (var attempts in world.Mails.GroupBy(mail => mail.Id))
        {
            if (attempts.First() is OutboundAlert)
            {
                Assert.All(attempts, attempt => Assert.Equal(attempts.Key, ((OutboundAlert)attempt).Id));
                continue;
            }

            var digests = attempts.Cast<OutboundDigest>().ToList();
            Assert.Equal(AlertKey.OfSeveral(digests[0].Keys), attempts.Key);
            Assert.All(digests.Zip(digests.Skip(1)), pair => Assert.Empty(pair.Second.Keys.Except(pair.First.Keys)));
            Assert.All(digests, digest =>
            {
                Assert.Equal(digest.Alerts.OrderBy(alert => alert.Date.KeyDate.Start), digest.Alerts);
                Assert.Single(digest.Alerts.Select(alert => alert.Kind == AlertKind.Reminder).Distinct());
                Assert.Single(digest.Alerts.Select(alert => alert.Subscription.Id).Distinct());
                Assert.Distinct(digest.Keys);
            });
        }
    }
}

public sealed class OneEmailPerMomentHistoryOnSqliteFacts(ITestOutputHelper output)
    : OneEmailPerMomentHistoryFacts(Worlds.OnSqlite, 8, output);

public sealed class OneEmailPerMomentHistoryOnTableStorageFacts(ITestOutputHelper output)
    : OneEmailPerMomentHistoryFacts(Worlds.OnKillableTableStorage, 2, output);
