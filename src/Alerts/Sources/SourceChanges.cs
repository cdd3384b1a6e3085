using Alerts.Dates;
using Alerts.Dates.Calendars;
using Alerts.Watch;

namespace Alerts.Sources;

/// <summary>
/// Saves accepted changes as key dates. The acceptance is stored in the entry first; then the date is saved; then the
/// entry is settled. A process that ends between these steps leaves work that is finished later, and the date is saved
/// once.
/// </summary>
internal sealed class SourceChanges(ISources sources, IKeyDates dates, DateEdits edits, ServiceClock clock)
{
    /// <summary>Saves the accepted changes among the entries, of one source or several, at one time.</summary>
    /// <returns>
    /// All entries in their current state, without those that someone else has changed in the meantime.
    /// </returns>
    public async Task<IReadOnlyList<SourceEntry>> FinishAsync(
        IReadOnlyList<(Source Source, SourceEntry Entry)> entries, CancellationToken cancel)
    {
        var accepted = entries.Where(one => IsAccepted(one.Entry)).ToList();
        var others = entries.Select(one => one.Entry).Where(entry => !IsAccepted(entry)).ToList();
        if (accepted.Count == 0)
        {
            return others;
        }

        var asked = new List<AcceptedDate>();
        var settled = new List<SourceEntry>();
        foreach (var (source, entry) in accepted)
        {
            var current = await dates.FindAsync(entry.KeyDateId, cancel);
            if (Next(source, entry, current) is { } next)
            {
                asked.Add(new AcceptedDate(entry, next, current, $"read from {source.Id}"));
            }
            else
            {
                settled.Add(await SettledAsync(source, entry, current, cancel));
            }
        }

        if (asked.Count > 0)
        {
            var saved = await edits.ImportAsync(asked, cancel);
            settled.AddRange(asked.Zip(saved, (one, result) => Settled(one, result)));
        }

        var written = await sources.SaveEntriesAsync(settled, cancel);
        return [.. others, .. written.OfType<SourceEntry>()];
    }

    /// <summary>
    /// Returns the version that saving would record; null when the date already has this content or cannot be saved.
    /// </summary>
    public DateVersion? Next(Source source, SourceEntry entry, DateVersion? current) =>
        entry.Proposal is { } proposal
        && (proposal.AcceptedOver is not { } over || over == (current?.Number ?? 0))
        && ProposedDate.Of(entry, proposal.Content, current?.KeyDate, source.Topics, out _) is { } wanted
            ? DateVersion.Next(current, wanted, $"read from {source.Id}", clock.Now)
            : null;

    /// <summary>
    /// Settles an acceptance that leaves nothing to save: the date has the content already, or someone else has edited
    /// it.
    /// </summary>
    private async Task<SourceEntry> SettledAsync(
        Source source, SourceEntry entry, DateVersion? current, CancellationToken cancel)
    {
        var proposal = entry.Proposal!; // the caller passes only accepted entries
        var over = proposal.AcceptedOver!.Value;
        if (current is not null && current.Number == over)
        {
            return Applied(entry, current.Number); // the date already had this content
        }

        // Either an earlier process saved the date and ended before settling, or someone else edited the date first.
        var history = await dates.HistoryAsync(entry.KeyDateId, cancel) ?? [];
        var before = history.FirstOrDefault(version => version.Number == over);
        var after = history.FirstOrDefault(version => version.Number == over + 1);
        var wanted = ProposedDate.Of(entry, proposal.Content, before?.KeyDate, source.Topics, out _);
        return after is not null && wanted is not null && after.KeyDate.HasSameContentAs(wanted)
            ? Applied(entry, after.Number) : Returned(entry);
    }

    private static bool IsAccepted(SourceEntry entry) => entry.Proposal is { AcceptedOver: not null };

    private static SourceEntry Settled(AcceptedDate asked, Saved? saved) => saved switch
    {
        Saved.Recorded recorded => Applied(asked.Entry, recorded.Version.Number),
        Saved.Unchanged unchanged when unchanged.Version.KeyDate.HasSameContentAs(asked.Next.KeyDate) =>
            Applied(asked.Entry, unchanged.Version.Number),
        _ => Returned(asked.Entry),
    };

    private static SourceEntry Applied(SourceEntry entry, int version) => entry with
    {
        Applied = entry.Proposal!.Content, // the caller passes only accepted entries
        AppliedVersion = version,
        Rejected = null,
        Proposal = null,
    };

    /// <summary>Returns the entry to review, because someone else edited the date at the same time.</summary>
    private static SourceEntry Returned(SourceEntry entry) => entry with
    {
        Proposal = entry.Proposal! with { AcceptedOver = null, IsAutomatic = false },
    };

    /// <summary>An accepted change. It is saved only if the date is still the version it was accepted over.</summary>
    private sealed record AcceptedDate(SourceEntry Entry, DateVersion Next, DateVersion? Over, string Reason)
        : ImportedDate(Entry.KeyDateId)
    {
        public override ImportResult Against(KeyDate? current, CalendarStamp? last)
        {
            var isSame = (current, Over?.KeyDate) switch
            {
                (null, null) => true,
                ({ } mine, { } theirs) => mine.Revision == theirs.Revision && mine.HasSameContentAs(theirs),
                _ => false,
            };
            return new ImportResult
            {
                Wanted = isSame ? Next.KeyDate : current,
                Reason = Reason,
                Stamp = last,
                IsRead = isSame,
            };
        }
    }
}
