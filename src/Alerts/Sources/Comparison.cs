using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>
/// Compares what a source says now with what was last read from it, and decides what happens to each change. Pure: it
/// reads no clock and no store.
/// </summary>
/// <param name="state">The source before this read.</param>
/// <param name="entries">The stored entries of its dates.</param>
/// <param name="now">The service clock's current time.</param>
internal sealed class Comparison(SourceState state, IReadOnlyCollection<SourceEntry> entries, Instant now)
{
    /// <summary>Maximum number of dates of one source.</summary>
    public const int MaxDates = 2000;

    /// <summary>Number of consecutive reads in which a date must be absent before it counts as vanished.</summary>
    private const int ReadsToVanish = 3;

    private readonly Dictionary<string, SourceEntry> known = entries.ToDictionary(entry => entry.KeyDateId);
    private readonly List<string> warnings = [];
    private readonly Dictionary<string, SourceEntry> changed = [];

    /// <summary>Ids of the dates whose change was found by this read.</summary>
    private readonly HashSet<string> found = [];

    private readonly long number = state.Reads + 1;

    private Source Source => state.Source;

    /// <summary>
    /// Returns the ids of the dates that <see cref="Decide"/> examines. All other dates are unchanged since the last
    /// read.
    /// </summary>
    /// <param name="reading">As for <see cref="Decide"/>.</param>
    public IReadOnlyList<string> Touched(Reading? reading)
    {
        var waiting = known.Values
            .Where(entry => entry.IsOpenAsNew || (reading is null && entry.AbsentSince is not null))
            .Select(entry => entry.KeyDateId);
        if (reading is null)
        {
            return [.. waiting];
        }

        var dates = reading.DatesOver(known, now);
        var present = dates.Select(date => date.Id).ToHashSet();
        return
        [
            .. dates.Where(date =>
                !known.TryGetValue(date.Id, out var entry) || entry.DiffersFrom(date, !state.HasFirstRead))
                .Select(date => date.Id),
            .. known.Values.Where(entry => IsAbsent(entry, present, reading)).Select(entry => entry.KeyDateId),
            .. waiting,
        ];
    }

    /// <param name="reading">The content of the source; null when the source answered that nothing has changed.</param>
    /// <param name="currentOf">Returns the current version of a key date by id; null when there is none.</param>
    public Compared Decide(Reading? reading, Func<string, DateVersion?> currentOf)
    {
        var dates = reading?.DatesOver(known, now) ?? [];
        warnings.AddRange(reading?.Warnings ?? state.Warnings);
        WithdrawTaken(dates, currentOf);
        if (reading is not null)
        {
            var stale = new StaleEvents(Source.Id, known.Values, dates);
            DecidePresent(WithoutStale(dates, stale), currentOf);
            MarkAbsent(reading, dates.Select(date => date.Id).ToHashSet(), stale);
            var after = After().ToDictionary(entry => entry.KeyDateId);
            var added = dates.Where(date =>
                after.GetValueOrDefault(date.Id) is { Proposal.Change: ProposedChange.Added }).ToList();
            warnings.AddRange(ChangedIds.Warnings(Source.Id, added, after.Values));
        }

        DecideAbsent(currentOf);
        var held = ChangeLimit.HeldBecause(state, known.Values, After(), now);
        var decided = changed.Values.Select(entry => held is null ? Counted(entry) : Held(entry)).ToList();
        if (held is not null && decided.Any(entry => found.Contains(entry.KeyDateId)))
        {
            warnings.Add($"All changes of this read are held for review: {held}.");
        }

        var isNothingNew = reading is null && warnings.Count == state.Warnings.Count;
        return new Compared(
            decided, isNothingNew ? null : [.. warnings.Distinct()],
            HasAbsent: After().Any(entry => entry.WaitsToVanish(now)),
            HasNew: After().Any(entry => entry.IsOpenAsNew));
    }

    /// <summary>Returns all entries with the changes of this read.</summary>
    private IEnumerable<SourceEntry> After() =>
        known.Values.Where(entry => !changed.ContainsKey(entry.KeyDateId)).Concat(changed.Values);

    private static bool IsAbsent(SourceEntry entry, HashSet<string> present, Reading reading) =>
        entry.Read is not null && !reading.IsPartial && !present.Contains(entry.KeyDateId)
        && !reading.Unreadable.Contains(entry.KeyDateId)
        && !(entry.Series is { } series && reading.UnreadableSeries.Contains(series));

    /// <summary>Returns the dates that are not older than what was last read; names the others.</summary>
    private List<SourceDate> WithoutStale(IReadOnlyList<SourceDate> dates, StaleEvents stale)
    {
        var current = new List<SourceDate>();
        foreach (var date in dates)
        {
            var entry = known.GetValueOrDefault(date.Id);
            if ((stale.ReasonOf(date) ?? entry?.OverriddenByOlder(date)) is not { } reason)
            {
                current.Add(date);
                continue;
            }

            warnings.Add($"{date.Name}: is older than what was read before ({reason}); it was skipped.");
            if (entry?.AbsentSince is not null && entry.IsNewerThan(date))
            {
                changed[date.Id] = entry.Present();
            }
        }

        return current;
    }

    /// <summary>Withdraws proposals to add a date whose id someone else has given to another date meanwhile.</summary>
    private void WithdrawTaken(IReadOnlyList<SourceDate> dates, Func<string, DateVersion?> currentOf)
    {
        var taken = known.Values.Where(entry =>
            entry.Proposal is not null && TakenId.Is(entry, currentOf(entry.KeyDateId))).ToList();
        foreach (var entry in taken)
        {
            known[entry.KeyDateId] = changed[entry.KeyDateId] = entry.Forgotten();
        }

        var present = taken.Count == 0 ? [] : dates.Select(date => date.Id).ToHashSet();
        warnings.AddRange(taken.Where(entry => !present.Contains(entry.KeyDateId)).Select(entry =>
            TakenId.Warning("A date", entry.KeyDateId))); // those that are present are named when they are examined
    }

    private void DecidePresent(List<SourceDate> dates, Func<string, DateVersion?> currentOf)
    {
        var room = MaxDates - dates.Count(date => known.ContainsKey(date.Id));
        var leftOut = 0;
        // When there are too many new dates, take the upcoming ones first, in order of their start.
        var order = dates.OrderBy(date => date.Over is { } over && over <= now).ThenBy(date =>
            date.When?.Start ?? Instant.MaxValue);
        foreach (var date in dates.Count <= MaxDates ? dates : order.ToList())
        {
            var entry = known.GetValueOrDefault(date.Id);
            if (entry is not null && !entry.DiffersFrom(date, !state.HasFirstRead))
            {
                continue;
            }

            if (entry is null && room-- <= 0)
            {
                leftOut++;
                continue;
            }

            DecideOne(date, entry, currentOf(date.Id));
        }

        if (leftOut > 0)
        {
            warnings.Add($"{leftOut} dates were left out: a source has at most {MaxDates} dates.");
        }
    }

    private void DecideOne(SourceDate date, SourceEntry? entry, DateVersion? current)
    {
        if (TakenId.Is(entry, current))
        {
            warnings.Add(TakenId.Warning(date.Name, date.Id));
            return;
        }

        var content = date.ToContent();
        var isSame = entry?.Read == content;
        var next = (entry ?? new SourceEntry { SourceId = Source.Id, KeyDateId = date.Id }).Present() with
        {
            Read = content,
            Series = date.Series,
            Stamp = date.EventStamp ?? entry?.Stamp,
            OverrideStamp = date.OverrideStamp,
            OriginalStart = date.OriginalStart,
            Over = date.Over ?? entry?.Over,
        };
        if (isSame && entry?.Proposal?.Content == content)
        {
            changed[date.Id] = next; // only its stamp changed, or it is present again: keep the proposal
            return;
        }

        if (content == next.Applied || content == next.Rejected)
        {
            changed[date.Id] = (content == next.Applied ? next.BackAtApplied() : next) with { Proposal = null };
            return;
        }

        if (ProposedDate.Of(next, content, current?.KeyDate, Source.Topics, out var problem) is not { } wanted)
        {
            if (date.IsCancel && entry is not null && current is null)
            {
                changed[date.Id] = next with { Proposal = null }; // it was cancelled before anyone accepted it
                return;
            }

            warnings.Add(problem ?? $"{date.Name}: was left out.");
            return;
        }

        if (DateVersion.Next(current, wanted, null, now) is not { } version)
        {
            changed[date.Id] = next with { Applied = content, Rejected = null, Proposal = null };
            return;
        }

        found.Add(date.Id);
        var proposal = next.Proposal?.Content == content ? next.Proposal
            : Proposal.Of(next, Proposal.ChangeOf(version.Change), content, current, now);
        // A date that a held read would add is added by an operator only, however it changes meanwhile.
        var isHeldAsNew = entry is { IsOpenAsNew: true, Proposal.IsAutomatic: false };
        var isAtOnce = !isHeldAsNew && next.Rejected is null
            && (Source.Apply == ApplyMode.Auto || (current is null && IsAcceptedSeries(date.Series)))
            && !(current is not null && next.IsPinned(current.Number));
        changed[date.Id] = next with
        {
            Proposal = isAtOnce ? proposal with { AcceptedOver = current?.Number ?? 0, IsAutomatic = true } : proposal,
        };
    }

    private bool IsAcceptedSeries(string? series) =>
        series is not null && known.Values.Any(entry => entry.Series == series && entry.AppliedVersion is not null);

    private void MarkAbsent(Reading reading, HashSet<string> present, StaleEvents stale)
    {
        // The absent reads of a source that was removed do not count when it is added again.
        foreach (var entry in known.Values.Where(entry => (entry.AbsentSince is null || !state.HasFirstRead)
            && IsAbsent(entry, present, reading) && !stale.Holds(entry)))
        {
            changed[entry.KeyDateId] = entry with { AbsentSince = number, SeenAt = entry.SeenAt ?? state.CheckedAt };
        }
    }

    private void DecideAbsent(Func<string, DateVersion?> currentOf)
    {
        var absent = After()
            .Where(entry => number - entry.AbsentSince + 1 >= ReadsToVanish && entry.WaitsToVanish(now)).ToList();
        foreach (var entry in absent)
        {
            if (entry.AppliedVersion is null)
            {
                // Nobody accepted it while it was present. If it comes back, it counts as new.
                changed[entry.KeyDateId] = entry.Forgotten();
            }
            else if (entry.Applied == SourceDate.Absent)
            {
                changed[entry.KeyDateId] = entry.BackAtApplied() with { Proposal = null };
            }
            else if (currentOf(entry.KeyDateId) is { KeyDate.IsCancelled: false } current && current.KeyDate.Over > now)
            {
                found.Add(entry.KeyDateId);
                changed[entry.KeyDateId] = entry with
                {
                    Proposal = Proposal.Of(entry, ProposedChange.Vanished, SourceDate.Absent, current, now),
                };
            }
        }
    }

    /// <summary>Notes when a change without review moves or cancels the date, for the change limit.</summary>
    private SourceEntry Counted(SourceEntry entry) =>
        found.Contains(entry.KeyDateId) && entry.Proposal is { AcceptedOver: not null, IsLoss: true }
            ? entry with { LostAt = now } : entry;

    private SourceEntry Held(SourceEntry entry) =>
        found.Contains(entry.KeyDateId) && entry.Proposal is { AcceptedOver: not null } proposal
            ? entry with { Proposal = proposal with { AcceptedOver = null, IsAutomatic = false } }
            : entry;
}

/// <summary>The result of comparing one read.</summary>
/// <param name="Entries">
/// The entries that change. Those with an accepted proposal are saved as key dates at once.
/// </param>
/// <param name="Warnings">Warnings, each a sentence; null to keep those of the last read.</param>
/// <param name="HasAbsent">
/// Whether the next read must examine absent dates even if the source reports no change.
/// </param>
/// <param name="HasNew">
/// Whether proposals to add a date are open, so that the next read must examine whether their ids are still free.
/// </param>
internal sealed record Compared(
    IReadOnlyList<SourceEntry> Entries, IReadOnlyList<string>? Warnings, bool HasAbsent, bool HasNew);
