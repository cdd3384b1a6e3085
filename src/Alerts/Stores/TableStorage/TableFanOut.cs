using System.Collections.Concurrent;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Turns reminders into ledger rows for all followers of their dates. What one subscription is owed at one instant is
/// written and posted together.
/// </summary>
internal sealed class TableFanOut(SubscriptionFollowUp following, LedgerWriter rows, ServiceClock clock)
{
    /// <summary>Approximate number of rows that are written and posted together.</summary>
    public const int MaxBatchSize = 20_000;

    /// <param name="reminders">Each with the preference set whose followers it is for.</param>
    /// <param name="alsoVoid">Whether a void row is queued again even after its instant.</param>
    /// <returns>Number of rows inserted or changed.</returns>
    public async Task<long> EnqueueAsync(
        IReadOnlyList<(PreferenceSet Preferences, OwedReminder Reminder)> reminders, CancellationToken cancel,
        bool alsoVoid = false)
    {
        var enqueued = 0L;
        foreach (var preferenceSet in reminders.GroupBy(one => one.Preferences.Key, one => one.Reminder))
        {
            await foreach (var page in following.OfPreferenceSetAsync(preferenceSet.Key, cancel))
            {
                // Sorted by shard, because rows of one partition are written together.
                foreach (var some in page.OrderBy(follower => Keys.ShardOf(follower.Id))
                    .Chunk(Math.Max(1, MaxBatchSize / preferenceSet.Count())))
                {
                    enqueued += await rows.EnqueueAsync(
                        await RowsOfAsync(some, [.. preferenceSet]), clock.Now, cancel, alsoVoid);
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
    /// Whether a follower is owed a reminder. It is owed what falls due after its <c>since</c>. In case the clock was
    /// set back, it is also owed what a change recorded later than that made due after the change itself, and what is
    /// ahead now if its <c>since</c> is, too.
    /// </summary>
    /// <param name="order">Recording number of the change that made the reminder due.</param>
    /// <param name="changedAt">When that change was recorded.</param>
    public Task<bool> IsOwed(Follower follower, DueReminder due, long order, Instant changedAt)
    {
        var now = clock.Now;
        return Task.FromResult(follower.Since < due.DueAt || (follower.SinceOrder < order && due.DueAt > changedAt)
            || (follower.Since > now && due.DueAt > now));
    }
}

/// <summary>A reminder owed to followers of one preference set.</summary>
/// <param name="NotBefore">See <see cref="Follower.Reminder"/>.</param>
internal sealed record OwedReminder(
    DateVersion Version, DueReminder Due, Instant NotBefore, Func<Follower, Task<bool>> IsOwedTo);
