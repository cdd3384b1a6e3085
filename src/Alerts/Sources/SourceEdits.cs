namespace Alerts.Sources;

/// <summary>Adds, edits and removes sources.</summary>
internal sealed class SourceEdits(ISources sources, ChangeSignal signal, ServiceClock clock)
{
    /// <summary>Adds a source, or replaces the settings of an existing one.</summary>
    public async Task<SavedSource> PutAsync(Source wanted, CancellationToken cancel)
    {
        var others = await sources.ListAsync(cancel);
        if (others.FirstOrDefault(other => other.Id != wanted.Id && Overlap(other.Id, wanted.Id)) is { } overlapping)
        {
            return new SavedSource.Conflict(overlapping.Id);
        }

        while (true)
        {
            var now = clock.Now;
            var before = await sources.FindAsync(wanted.Id, cancel);
            if (before is { IsRemoved: true })
            {
                await WithdrawLeftAsync(wanted.Id, cancel);
            }

            var next = before is null ? new SourceState { Source = wanted, AddedAt = now, NextAt = now }
                : Edited(before, wanted);
            if (await sources.SaveAsync(next, cancel) is { } saved)
            {
                signal.Raise();
                return new SavedSource.Done(saved, IsNew: before is null or { IsRemoved: true });
            }
        }
    }

    /// <summary>Removes a source and withdraws its open proposals. Its key dates stay.</summary>
    /// <returns>False when the source does not exist.</returns>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancel)
    {
        while (await sources.FindAsync(id, cancel) is { IsRemoved: false } state)
        {
            // Listed before the removal: what is proposed after it belongs to a source that was added again.
            var withdrawn = await WithdrawnAsync(id, cancel);
            if (await sources.SaveAsync(state with { IsRemoved = true }, cancel) is not null)
            {
                await sources.SaveEntriesAsync(withdrawn, cancel);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Withdraws the proposals that a removal has not withdrawn yet, or that a read in progress has added. The first
    /// read makes new ones, which no removal still in progress can withdraw.
    /// </summary>
    private async Task WithdrawLeftAsync(string id, CancellationToken cancel)
    {
        while (await WithdrawnAsync(id, cancel) is { Count: > 0 } withdrawn)
        {
            await sources.SaveEntriesAsync(withdrawn, cancel);
        }
    }

    /// <summary>Returns the entries with open proposals, without these.</summary>
    private async Task<IReadOnlyList<SourceEntry>> WithdrawnAsync(string id, CancellationToken cancel) =>
        [.. (await sources.EntriesAsync(id, cancel)).Where(entry => entry.Proposal is { AcceptedOver: null })
            .Select(entry => entry with { Proposal = null })];

    private SourceState Edited(SourceState before, Source wanted)
    {
        var now = clock.Now;
        var isRead = !before.IsRemoved && before.Source.ReadsTheSameAs(wanted);
        return isRead
            ? before with
            {
                Source = wanted,
                NextAt = wanted.Enabled && !before.Source.Enabled ? now
                    : Instant.Min(before.NextAt, now + wanted.Every),
            }
            : before with
            {
                Source = wanted,
                IsRemoved = false,
                AddedAt = now,
                Generation = before.Generation + 1,
                NextAt = now,
                HasFirstRead = false,
                CheckedAt = before.IsRemoved ? null : before.CheckedAt,
                Failures = 0,
                Error = null,
                FailingSince = null,
                IsReported = false,
                Pages = [],
                Warnings = [],
            };
    }

    private static bool Overlap(string one, string other) =>
        other.StartsWith(one + "-", StringComparison.Ordinal) || one.StartsWith(other + "-", StringComparison.Ordinal);
}

/// <summary>The result of adding or editing a source.</summary>
internal abstract record SavedSource
{
    internal sealed record Done(SourceState State, bool IsNew) : SavedSource;

    /// <summary>
    /// The ids of its dates could collide with those of another source, because one id is a prefix of the other.
    /// </summary>
    internal sealed record Conflict(string Other) : SavedSource;
}
