using System.Collections.Concurrent;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Reminders to rows of the ledger, for all that follow their dates. What one subscription is owed at one instant is
/// written and posted together.
/// </summary>
internal sealed class TableFanOut(SubscriptionFollowUp following, LedgerWriter rows, ServiceClock clock)
{
    /// <summary>How many rows are written and posted together, about.</summary>
    public const int MaxBatchSize = 20_000;

    /// <param name="reminders">Each with the schedule whose followers it is for.</param>
    /// <param name="alsoVoid">Whether a void row is queued again also after its instant.</param>
    /// <returns>How many rows were new or changed.</returns>
    public async Task<long> EnqueueAsync(
        IReadOnlyList<(PreferenceSet Preferences, OwedReminder Reminder)> reminders, CancellationToken cancel,
        bool alsoVoid = false)
    {
        var enqueued = 0L;
        foreach (var schedule in reminders.GroupBy(one => one.Preferences.Key, one => one.Reminder))
        {
            await foreach (var page in following.OfScheduleAsync(schedule.Key, cancel))
            {
                // In order of their shards: rows of one partition are written together.
                foreach (var some in page.OrderBy(follower => Keys.ShardOf(follower.Id))
                    .Chunk(Math.Max(1, MaxBatchSize / schedule.Count())))
                {
                    enqueued += await rows.EnqueueAsync(
                        await RowsOfAsync(some, [.. schedule]), clock.Now, cancel, alsoVoid);
                }
            }
        }

        return enqueued;
    }

    private async Task<IReadOnlyList<LedgerRow>> RowsOfAsync(
        IReadOnlyList<Follower> followers, IReadOnlyList<OwedReminder> reminders)
    {
        var now = clock.Now;
        var owed = new ConcurrentBag<LedgerRow>();
        await Parallel.ForEachAsync(followers, TableOperations.AtOnce, async (follower, _) =>
        {
            foreach (var reminder in reminders)
            {
                if (await reminder.IsOwedTo(follower))
                {
                    owed.Add(follower.Reminder(reminder.Version, reminder.Due, now, reminder.NotBefore));
                }
            }
        });
        return [.. owed];
    }

    /// <summary>
    /// A subscription is owed what falls due after its <c>since</c>, and, should the clock have been set back
    /// meanwhile, what a change that was recorded later made due after itself.
    /// </summary>
    /// <param name="order">Of the change that made it due.</param>
    /// <param name="changedAt">When that was recorded.</param>
    public static Task<bool> IsOwed(Follower follower, DueReminder due, long order, Instant changedAt) =>
        Task.FromResult(follower.Since < due.DueAt || (follower.SinceOrder < order && due.DueAt > changedAt));
}

/// <summary>A reminder that is owed to followers of one schedule.</summary>
/// <param name="NotBefore">See <see cref="Follower.Reminder"/>.</param>
internal sealed record OwedReminder(
    DateVersion Version, DueReminder Due, Instant NotBefore, Func<Follower, Task<bool>> IsOwedTo);
