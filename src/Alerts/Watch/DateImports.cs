using Alerts.Dates;

namespace Alerts.Watch;

/// <summary>Previews and performs imports of key dates, for the command line and the page.</summary>
internal sealed class DateImports(IKeyDates dates, IWatch watch, DateEdits edits, ServiceClock clock)
{
    /// <summary>Returns what importing a file would change. Stores nothing.</summary>
    public async Task<ImportPlan> PlanAsync(ImportFile file, CancellationToken cancel)
    {
        var changes = new List<PlannedChange>();
        if (file.Errors.Count == 0)
        {
            foreach (var asked in file.Dates)
            {
                changes.Add(await PlanAsync(asked, cancel));
            }
        }

        return new ImportPlan(
            file, changes, [.. file.Errors, .. changes.SelectMany(change => change.Result.Errors)],
            [.. file.Warnings, .. changes.SelectMany(change => change.Result.Warnings)]);
    }

    /// <summary>Saves the dates of a plan without errors.</summary>
    public Task<IReadOnlyList<Saved?>> SaveAsync(ImportPlan plan, CancellationToken cancel) =>
        edits.ImportAsync(plan.File.Dates, cancel);

    /// <summary>The number of subscriptions that a planned change would notify immediately.</summary>
    public async Task<IReadOnlyDictionary<Notified, long>> ImpactAsync(
        PlannedChange change, CancellationToken cancel) =>
        change.Next is { } next ? await watch.ImpactAsync(change.Current, next, cancel)
            : new Dictionary<Notified, long>();

    private async Task<PlannedChange> PlanAsync(ImportedDate asked, CancellationToken cancel)
    {
        var current = await dates.FindAsync(asked.Id, cancel);
        var result = asked.Against(current?.KeyDate, await dates.LastReadAsync(asked.Id, cancel));
        var next = result is { IsRead: true, Wanted: { } wanted, Errors.Count: 0 }
            ? DateVersion.Next(current, wanted, result.Reason, clock.Now) : null;
        return new PlannedChange(asked.Id, current, next, result);
    }
}

/// <summary>What an import would change.</summary>
/// <param name="Changes">
/// One for each date of the file, including unchanged dates; empty when the file has errors.
/// </param>
/// <param name="Errors">Sentences. If there are any, nothing is imported.</param>
/// <param name="Warnings">Sentences.</param>
internal sealed record ImportPlan(
    ImportFile File, IReadOnlyList<PlannedChange> Changes, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>The number of dates that would be added, revised, edited and left unchanged.</summary>
    public ImportCount Count =>
        ImportCount.Of(Changes.Select(change => change.Next?.Change), Changes.Count(change => change.IsUnchanged));
}

/// <summary>What an import would change in one date.</summary>
/// <param name="Current">The current version of the date; null for a new date.</param>
/// <param name="Next">The version that would be recorded; null when nothing changes.</param>
internal sealed record PlannedChange(string Id, DateVersion? Current, DateVersion? Next, ImportResult Result)
{
    /// <summary>Whether the date stays as it is. A date that is left out of the import is not unchanged.</summary>
    public bool IsUnchanged => this is { Next: null, Current: not null };

    /// <summary>The fields that change, with old and new values.</summary>
    public IReadOnlyList<FieldChange> Fields => Next is null ? [] : FieldChange.Between(Current?.KeyDate, Next.KeyDate);
}

/// <summary>The number of dates that an import adds, revises, edits and leaves unchanged.</summary>
internal sealed record ImportCount(int Added, int Revised, int Edited, int Unchanged)
{
    public static ImportCount Of(IEnumerable<DateChange?> changes, int unchanged)
    {
        var counts = changes.OfType<DateChange>().CountBy(change => change).ToDictionary();
        var (added, edited) = (counts.GetValueOrDefault(DateChange.Added), counts.GetValueOrDefault(DateChange.Edited));
        return new ImportCount(added, counts.Values.Sum() - added - edited, edited, unchanged);
    }

    public static ImportCount Of(IReadOnlyList<Saved?> saved) =>
        Of(saved.OfType<Saved.Recorded>().Select(recorded => (DateChange?)recorded.Version.Change),
            saved.OfType<Saved.Unchanged>().Count());

    public override string ToString() =>
        FormattableString.Invariant($"added {Added}, revised {Revised}, edited {Edited}, unchanged {Unchanged}");
}
