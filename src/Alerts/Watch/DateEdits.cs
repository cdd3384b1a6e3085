using Alerts.Dates;

namespace Alerts.Watch;

/// <summary>
/// The single path for changes of key dates. Enqueues what became due before the change, saves it, and wakes the
/// workers.
/// </summary>
internal sealed class DateEdits(IKeyDates dates, Watcher watcher, ChangeSignal signal)
{
    /// <summary>Saves a date.</summary>
    /// <param name="reason">The operator's reason for the change; null when not given.</param>
    /// <param name="precondition">
    /// Receives the current version (null for a new date) and returns whether the change may be made; null for no
    /// precondition. Asked again if the date changes between this check and the save. If it returns false, the result
    /// is <see cref="Saved.Stale"/>.
    /// </param>
    public async Task<Saved> SaveAsync(
        KeyDate wanted, string? reason, Func<DateVersion?, bool>? precondition, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        if (precondition is null)
        {
            return Woken(await dates.SaveAsync(wanted, reason, null, cancel));
        }

        while (true)
        {
            var current = await dates.FindAsync(wanted.Id, cancel);
            if (!precondition(current))
            {
                return new Saved.Stale();
            }

            if (await dates.SaveAsync(wanted, reason, current?.Number ?? 0, cancel) is var saved and not Saved.Stale)
            {
                return Woken(saved);
            }
        }
    }

    /// <summary>Cancels the current version of a date; null when there is no such date.</summary>
    /// <param name="precondition">As for <see cref="SaveAsync"/>.</param>
    public async Task<Saved?> CancelAsync(
        string id, string? reason, Func<DateVersion?, bool>? precondition, CancellationToken cancel)
    {
        await watcher.CatchUpAsync(cancel);
        while (await dates.FindAsync(id, cancel) is { } current)
        {
            if (precondition?.Invoke(current) == false)
            {
                return new Saved.Stale();
            }

            // If the date changes in between, retry, so that the cancellation keeps that change.
            var cancelled = current.KeyDate with { Status = DateStatus.Cancelled };
            if (await dates.SaveAsync(cancelled, reason, current.Number, cancel) is var saved and not Saved.Stale)
            {
                return Woken(saved);
            }
        }

        return null;
    }

    /// <summary>Saves the dates of a file: all or none.</summary>
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
