using Alerts.Core;
using Alerts.Dates;

namespace Alerts.Watch;

/// <summary>
/// Every change of a key date goes through here: what fell due before the change is enqueued first, and the workers
/// are woken after it.
/// </summary>
internal sealed class DateEdits(IKeyDates dates, Watcher watcher, ChangeSignal signal)
{
    /// <summary>Saves a date.</summary>
    /// <param name="reason">Why, in the operator's words; null when not given.</param>
    /// <param name="precondition">
    /// Given the date as it is (null for a new one), whether the change may be made; null when it always may.
    /// It is checked again when the change is stored: a change in between makes it stale.
    /// </param>
    public async Task<Saved> SaveAsync(
        KeyDate wanted, string? reason, Func<DateVersion?, bool>? precondition, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        if (precondition is null)
        {
            return Woken(await dates.SaveAsync(wanted, reason, null, cancel));
        }

        var current = await dates.FindAsync(wanted.Id, cancel);
        return precondition(current)
            ? Woken(await dates.SaveAsync(wanted, reason, current?.Number, cancel))
            : new Saved.Stale();
    }

    /// <summary>Cancels a date as it is at that moment; null when there is none.</summary>
    public async Task<Saved?> CancelAsync(string id, string? reason, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        while (await dates.FindAsync(id, cancel) is { } current)
        {
            // A change in between is cancelled as well, not undone.
            var cancelled = current.KeyDate with { Status = DateStatus.Cancelled };
            if (await dates.SaveAsync(cancelled, reason, current.Number, cancel) is var saved and not Saved.Stale)
            {
                return Woken(saved);
            }
        }

        return null;
    }

    /// <summary>Saves what a file asks for, all of it or nothing.</summary>
    public async Task<IReadOnlyList<Saved?>> ImportAsync(IReadOnlyList<ImportedDate> all, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        var saved = await dates.SaveAllAsync(all, cancel);
        signal.Raise();
        return saved;
    }

    private Saved Woken(Saved saved)
    {
        if (saved is Saved.Recorded)
        {
            signal.Raise();
        }

        return saved;
    }
}
