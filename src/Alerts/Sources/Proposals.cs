using Alerts.Dates;
using Alerts.Watch;

namespace Alerts.Sources;

/// <summary>Shows the changes that wait for review, and accepts or rejects them for an operator.</summary>
internal sealed class Proposals(ISources sources, IKeyDates dates, IWatch watch, SourceChanges changes)
{
    /// <summary>Returns the proposals that are still open, in the given order.</summary>
    public async Task<IReadOnlyList<ShownProposal>> ShowAllAsync(
        IReadOnlyList<ProposalPlace> places, CancellationToken cancel)
    {
        var shown = new List<ShownProposal>();
        foreach (var place in places)
        {
            if (await FindAsync(place, cancel) is { } one)
            {
                shown.Add(await ShowAsync(one, cancel));
            }
        }

        return shown;
    }

    /// <summary>Accepts all proposals, or none when one of them cannot be accepted.</summary>
    public async Task<Decision> AcceptAsync(IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var found = await FindAllAsync(ids, cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var marked = new List<(SourceState Source, SourceEntry Entry)>();
        foreach (var (source, entry) in found.All)
        {
            var current = await dates.FindAsync(entry.KeyDateId, cancel);
            if (TakenId.Is(entry, current))
            {
                return new Decision.Conflict(
                    $"The id '{entry.KeyDateId}' belongs to a date that does not come from this source.");
            }

            if (ProposedDate.Of(entry, entry.Proposal!.Content, current?.KeyDate, source.Source.Topics,
                out var problem) is null)
            {
                return new Decision.Conflict(problem ?? "Nothing can be made of this change any more.");
            }

            marked.Add((source, entry with { Proposal = entry.Proposal with { AcceptedOver = current?.Number ?? 0 } }));
        }

        return await FinishAsync(marked, cancel);
    }

    /// <summary>Rejects a proposal; the key date stays as it is.</summary>
    public async Task<Decision> RejectAsync(string id, CancellationToken cancel)
    {
        var found = await FindAllAsync([id], cancel);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var entry = found.All[0].Entry;
        if (entry.Proposal is { AcceptedOver: not null })
        {
            return Decision.Conflict.Past(id);
        }

        var rejected = entry with { Rejected = entry.Proposal!.Content, Proposal = null };
        return (await sources.SaveEntriesAsync([rejected], cancel))[0] is null
            ? Decision.Conflict.Past(id)
            : new Decision.Done([await dates.FindAsync(entry.KeyDateId, cancel)]);
    }

    /// <summary>Adds the current and the proposed version of the date, and who would be notified.</summary>
    private async Task<ShownProposal> ShowAsync(FoundProposal found, CancellationToken cancel)
    {
        var current = await dates.FindAsync(found.Entry.KeyDateId, cancel);
        var proposal = found.Entry.Proposal!; // FindAsync returns only entries with a proposal
        var next = changes.Next(found.Source.Source, found.Entry, current);
        var impact = next is null ? new Dictionary<Notified, long>() : await watch.ImpactAsync(current, next, cancel);
        return new ShownProposal(
            proposal.Id, found.Source.Id, found.Entry.KeyDateId,
            proposal.Change == ProposedChange.Vanished || next is null ? proposal.Change
                : Proposal.ChangeOf(next.Change),
            current, next, proposal.FoundAt, impact);
    }

    private async Task<Decision> FinishAsync(
        IReadOnlyList<(SourceState Source, SourceEntry Entry)> marked, CancellationToken cancel)
    {
        var noted = await sources.SaveEntriesAsync([.. marked.Select(one => one.Entry)], cancel);
        var taken = marked.Zip(noted).Where(one => one.Second is not null)
            .Select(one => (one.First.Source.Source, Entry: one.Second!)).ToList();
        await changes.FinishAsync(taken, cancel);

        var lost = marked.Zip(noted).FirstOrDefault(one => one.Second is null).First.Entry;
        if (lost is not null)
        {
            return Decision.Conflict.Past(lost.Proposal!.Id); // a concurrent read replaced it
        }

        var now = new List<DateVersion?>();
        foreach (var (_, entry) in marked)
        {
            now.Add(await dates.FindAsync(entry.KeyDateId, cancel));
        }

        return new Decision.Done(now);
    }

    private async Task<(IReadOnlyList<FoundProposal> All, Decision? Refusal)> FindAllAsync(
        IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var all = new List<FoundProposal>();
        foreach (var id in ids)
        {
            if (await sources.FindProposalAsync(id, cancel) is not { } place)
            {
                return ([], new Decision.Unknown(id));
            }

            if (await FindAsync(place, cancel) is not { } found)
            {
                return ([], Decision.Conflict.Past(id));
            }

            all.Add(found);
        }

        return (all, null);
    }

    private async Task<FoundProposal?> FindAsync(ProposalPlace place, CancellationToken cancel) =>
        await sources.EntryAsync(place.SourceId, place.KeyDateId, cancel) is { Proposal: { } proposal } entry
        && proposal.Id == place.Id
        && await sources.FindAsync(place.SourceId, cancel) is { IsRemoved: false } source
            ? new FoundProposal(source, entry) : null;

    private sealed record FoundProposal(SourceState Source, SourceEntry Entry);
}

/// <summary>A change that waits for review, as operators see it.</summary>
/// <param name="Current">The current version of the date; null for a new date.</param>
/// <param name="Next">The version that accepting would record; null when accepting would change nothing.</param>
/// <param name="Affected">How many subscriptions would be notified at once, by kind of alert and channel.</param>
internal sealed record ShownProposal(
    string Id, string SourceId, string KeyDateId, ProposedChange Change, DateVersion? Current, DateVersion? Next,
    Instant FoundAt, IReadOnlyDictionary<Notified, long> Affected);

/// <summary>The result of accepting or rejecting proposals.</summary>
internal abstract record Decision
{
    /// <param name="Dates">
    /// The current versions of the dates, in the given order; null for a date that does not exist.
    /// </param>
    internal sealed record Done(IReadOnlyList<DateVersion?> Dates) : Decision;

    /// <summary>No proposal with this id ever existed.</summary>
    internal sealed record Unknown(string Id) : Decision;

    /// <summary>
    /// The proposal was already accepted, rejected, replaced or withdrawn, or its date cannot be saved.
    /// </summary>
    internal sealed record Conflict(string Why) : Decision
    {
        public static Conflict Past(string id) => new(
            $"The proposal '{id}' is no longer open: it was accepted, rejected, replaced or withdrawn. "
            + "List them again.");
    }
}

/// <summary>Computes the key date that a change in a source would produce.</summary>
internal static class ProposedDate
{
    /// <param name="content">The content of the source, or <see cref="SourceDate.Absent"/>.</param>
    /// <param name="current">The current key date; null when there is none.</param>
    /// <param name="topics">The topics that the source adds.</param>
    /// <param name="problem">Why no date can be made, as a sentence; null when there is nothing to report.</param>
    public static KeyDate? Of(
        SourceEntry entry, string content, KeyDate? current, IReadOnlyList<string> topics, out string? problem)
    {
        problem = null;
        if (content == SourceDate.Absent)
        {
            return current is null ? null : current with { Status = DateStatus.Cancelled };
        }

        var read = SourceDate.Of(content);

        return (read.Status is null && IsCancellationGone(entry) ? read with { IsWhole = true } : read)
            .AppliedTo(current, topics, out problem);
    }

    /// <summary>
    /// Whether what cancelled the date is no longer in the source: the date had vanished and is present again, or an
    /// override cancelled it and its series covers it again.
    /// </summary>
    private static bool IsCancellationGone(SourceEntry entry) =>
        entry.Applied == SourceDate.Absent
        || (entry is { Applied: { } applied, OverrideStamp: null } && SourceDate.Of(applied).IsCancelledOverride);
}
