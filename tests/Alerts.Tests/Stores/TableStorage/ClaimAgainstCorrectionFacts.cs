using Alerts.Dates;
using Alerts.Ledger;
using NodaTime.Text;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>Dates and ledger are in different partitions, so no transaction separates a sender from a change.</summary>
public sealed class ClaimAgainstCorrectionFacts
{
    /// <summary>Time limit for a step: a missing step fails the test instead of blocking the whole run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// The sender claims the row before the change can void it:
    /// <code>
    /// sender:  reads the date ------------------------------- claims the row -- sends
    /// change:                  saved -- reads the row, waiting ----------------------- voids it: too late
    /// </code>
    /// </summary>
    [Fact]
    public async Task Who_is_sent_the_old_date_while_it_moves_is_told_the_new_one()
    {
        var faults = new TableFaults(seed: 1);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        var (isVoiding, isClaimed) = (Signal(), Signal());
        Task following = Task.CompletedTask;
        faults.Before = async asked =>
        {
            if (Writes(asked, DeliveryState.Sending) && following == Task.CompletedTask)
            {
                await MoveAsync(world.Get<IKeyDates>());
                following = world.Watcher.FollowChangesAsync(Cancel);
                await isVoiding.Task.WaitAsync(Patience, Cancel);
            }
            else if (Writes(asked, DeliveryState.Void)
                // excludes the row of the confirmation mail
                && asked.Contains(EndReasons.Superseded, StringComparison.Ordinal)
                && isVoiding.TrySetResult())
            {
                await isClaimed.Task.WaitAsync(Patience, Cancel);
            }
        };
        world.Answer = _ =>
        {
            isClaimed.TrySetResult();
            return Task.FromResult<SendResult>(new Delivered(200, "ok"));
        };

        await world.RunUntil("2025-11-09 09:01");
        await following;
        await world.RunUntil("2025-11-09 10:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:00 rescheduled r2 from r1"], world.Got(subscriber));
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool Writes(string asked, DeliveryState state) =>
        !asked.StartsWith("GET", StringComparison.Ordinal) && asked.Contains("alertsledger", StringComparison.Ordinal)
        && asked.Contains($"\"State\":{(int)state}", StringComparison.Ordinal);

    private static async Task MoveAsync(IKeyDates dates)
    {
        var date = (await dates.FindAsync("truce", Cancel))!.KeyDate; // the test added this date
        await dates.SaveAsync(
            date with { When = date.When with { On = LocalDatePattern.Iso.Parse("2025-12-10").Value } }, null, null,
            Cancel);
    }
}
