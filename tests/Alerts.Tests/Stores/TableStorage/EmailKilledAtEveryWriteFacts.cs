using System.Collections.Concurrent;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// An import moves three dates; the process dies before one of the writes that follow, while it enqueues the
/// corrections, while it claims the email or while it marks what was sent. The corrections are one email all the same.
/// Each run has its own dates and its own subscriber on the same account, and dies one write later than the one before.
/// </summary>
public sealed class EmailKilledAtEveryWriteFacts
{
    private const int Dates = 3;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <param name="minutes">How long the service is down. After five minutes a sweep finds rows that are late.</param>
    /// <param name="isSoon">
    /// Whether the leases of the killed process still last, and the queue delivers its messages again.
    /// </param>
    [Theory]
    [InlineData(0, true)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    public async Task Corrections_of_one_import_are_one_email_whatever_is_killed(int minutes, bool isSoon)
    {
        await using var world = await World.At("2025-11-01 00:00", new TableFaults(1), ("Store", "TableStorage"));
        var writes = 0;
        while (await IsKilledAsync(world, writes, Duration.FromMinutes(minutes), isSoon))
        {
            writes++;
        }

        Assert.InRange(writes, 20, 100);
    }

    private static async Task<bool> IsKilledAsync(World world, int writes, Duration downtime, bool isSoon)
    {
        var (begins, killedBefore) = (world.Now, "");
        await world.Import(Enumerable.Range(0, Dates).Select(i => (Id(i), At(90))));
        var reader = await world.Subscribe("PT1H", address: $"reader{writes}@example.com");
        await world.RunUntil(Minute(30));
        await world.Import(Enumerable.Range(0, Dates).Select(i => (Id(i), At(120 + i))));
        var posted = new ConcurrentQueue<AlertMessage>();
        world.Get<DirectPosts>().Loses = message =>
        {
            posted.Enqueue(message);
            return false;
        };
        world.Faults!.LiveFor(writes);
        try
        {
            await world.RunUntil(Minute(35));
        }
        catch (Exception e) when (TableFaults.IsFault(e) && world.Faults.IsDead)
        {
            killedBefore = world.Faults.DiedBefore;
            world.Real.Ahead += isSoon ? TimeSpan.Zero : Lease;
            await world.DieAndStartAgain(world.Now + downtime);
            if (isSoon)
            {
                await world.Get<DirectPosts>().PostAsync([.. posted], CancellationToken.None);
                await world.Settle();
            }
        }

        world.Faults.Live();
        world.Real.Ahead += Lease;
        await world.RunUntil(Minute(45));
        await world.Watcher.RunAsync(CancellationToken.None);
        await world.Settle();

        var corrections = (await world.Ledger(reader)).Where(row => row.Kind == AlertKind.Rescheduled).ToList();
        Assert.All(corrections, row => Assert.Equal(DeliveryState.Delivered, row.State));
        var emails = world.Mails.Where(mail => mail.Subscription.Id == reader.Id).DistinctBy(mail => mail.Id)
            .Select(mail => mail is OutboundDigest digest ? digest.Alerts : [(OutboundAlert)mail])
            .Where(alerts => alerts[0].Kind == AlertKind.Rescheduled)
            .Select(alerts => string.Join(' ', alerts.Select(alert => alert.Date.KeyDate.Id))).ToList();
        Assert.True(
            emails is [var only] && only == string.Join(' ', Enumerable.Range(0, Dates).Select(Id)),
            $"{string.Join(" | ", emails)}; killed before write {writes}: {killedBefore}");

        await world.Subscriptions.EndAsync(reader.Id, CancellationToken.None);
        await world.RunUntil(Minute(180));
        return killedBefore.Length > 0;

        string Id(int i) => $"date-{writes}-{i}";

        string At(int minute) => Minute(minute).ToString("uuuu-MM-dd HH:mm", null);

        Instant Minute(int minute) => begins + Duration.FromMinutes(minute);
    }
}
