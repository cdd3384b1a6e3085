using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Ledger;

/// <summary>
/// Calculates how an edit of a subscription changes its reminder rows for one date (product contract, section 23). Pure
/// and idempotent: it takes the current rows and returns the changes to make, and there are none once they are made.
/// </summary>
/// <param name="version">The date's current version.</param>
/// <param name="old">The old preferences.</param>
/// <param name="preferences">The new preferences.</param>
/// <param name="before">The leads due under the old preferences, one entry per lead.</param>
/// <param name="after">The leads due under the new preferences, one entry per lead.</param>
/// <param name="all">The subscription's reminder rows for the date's current revision.</param>
/// <param name="at">When the edit, or the version if that was recorded later, was recorded.</param>
/// <param name="wasLost">
/// Whether an already passed lead was owed in an older revision that is the same to readers, and was never sent: a date
/// change voided it, and the subscription did not have the lead when that change was reverted. Null when the date has
/// only one revision.
/// </param>
internal sealed class ReminderEdits(
    DateVersion version, Preferences old, Preferences preferences, IReadOnlyList<DueReminder> before,
    IReadOnlyList<DueReminder> after, IReadOnlyList<EditedRow> all, Instant at, Func<DueReminder, bool>? wasLost = null)
{
    private readonly IReadOnlyList<EditedRow> rows = [.. all.Select(AsEnded)];

    private readonly IReadOnlyList<SiblingReminder> siblings = [.. all.Select(AsEnded).Select(
        row => new SiblingReminder(row.Lead, row.DueAt, row.State))];

    /// <summary>
    /// The changes, in an order that is safe to interrupt and repeat: rows that take over come before the rows that
    /// they replace.
    /// </summary>
    public IReadOnlyList<RowEdit> Changes()
    {
        var edits = new Dictionary<string, RowEdit>();
        foreach (var edit in Replacements().Concat(AheadBesideEnded()).Concat(PassedByEdit()).Concat(OwedAgain())
            .Concat(LostBefore()).Concat(PassedBesideNotice()))
        {
            edits.TryAdd(edit.Lead, edit);
        }

        return [.. edits.Values, .. rows.Where(row => row.IsWaiting).Select(Waiting).OfType<RowEdit>()];
    }

    /// <summary>
    /// When the lead of an undelivered row is no longer requested, another lead of the same instant takes over: one
    /// that stays, or one that this edit adds. An earlier edit may have made the row void.
    /// </summary>
    private IEnumerable<RowEdit> Replacements()
    {
        foreach (var row in rows.Where(row => FindIn(after, row.Lead) is null
            && (row.IsWaiting || row.State == DeliveryState.Sending || IsNotAskedFor(row) || IsOvertakenNoMore(row))))
        {
            var own = OldInstantOf(row.Lead);
            var others = after.Where(due => OldInstantOf(due.Lead.Text) == own).ToList();
            var lead = others.FirstOrDefault();
            if (lead is null && row.DueAt > own && row.State != DeliveryState.Void
                && FindIn(before, row.Lead) is not null)
            {
                // The row was due at short notice, which covers all passed leads: the latest remaining passed lead
                // takes over.
                lead = after.LastOrDefault(due => due.DueAt <= at);
            }

            if (lead is null || lead.DueAt > at || !IsFree(own, others, isAdded: IsNotAskedFor(row))
                || !IsAbsentOrVoid(lead.Lead.Text))
            {
                continue;
            }

            var edit = Put(lead.Lead, row.DueAt <= at ? row.DueAt : HeldNow, HeldNow);
            if (row.State != DeliveryState.Void || at <= edit.Expires)
            {
                yield return edit;
            }
        }
    }

    /// <summary>Whether no row was sent, waits or is owed again for any lead of an instant.</summary>
    /// <param name="leads">The requested leads of this instant.</param>
    /// <param name="isAdded">Whether all of them must be added by this edit.</param>
    private bool IsFree(Instant own, IReadOnlyList<DueReminder> leads, bool isAdded) =>
        leads.All(due => due.DueAt <= at && IsAbsentOrVoid(due.Lead.Text)
            && !(isAdded && FindIn(before, due.Lead.Text) is not null))
        && !siblings.Any(row => row.HasEnded && OldInstantOf(row.Lead) == own)
        && !rows.Any(row => IsNotAskedFor(row) && FindIn(leads, row.Lead) is not null);

    /// <summary>A lead in the future stays owed although the first lead of its instant has ended already.</summary>
    private IEnumerable<RowEdit> AheadBesideEnded() => after
        .Where(due => due.DueAt > at && IsAbsentOrVoid(due.Lead.Text)
            && after.Any(first => SharedInstant.IsBefore(first, due))
                && SharedInstant.Chosen(after, due.DueAt, siblings) == due)
        .Select(due => new RowEdit(due.Lead.Text, due.DueAt, due.Expires, due.DueAt, null));

    /// <summary>A reminder that was in the future and that the edit moves into the past is due immediately.</summary>
    private IEnumerable<RowEdit> PassedByEdit() => after
        .Where(due => due.DueAt <= at && FindIn(before, due.Lead.Text)?.DueAt > at && IsAbsentOrVoid(due.Lead.Text)
            && SharedInstant.Chosen(after, due.DueAt, siblings) == due)
        .Select(due => Put(due.Lead, HeldNow, HeldNow));

    /// <summary>
    /// Restores rows that an earlier edit made void, and overtaken rows whose overtaking rows this edit removes.
    /// </summary>
    private IEnumerable<RowEdit> OwedAgain()
    {
        foreach (var row in rows.Where(row => row.State == DeliveryState.Void
            && (IsNotAskedFor(row) || IsOvertakenNoMore(row))))
        {
            if (FindIn(after, row.Lead) is not { } mine)
            {
                continue;
            }

            // A passed lead that never had a row does not get one now, and must not displace a lead that has one.
            IReadOnlyList<DueReminder> candidates = mine.DueAt > at ? after
                : [.. after.Where(due => rows.Any(other => other.Lead == due.Lead.Text))];
            if (SharedInstant.Chosen(candidates, mine.DueAt, siblings) != mine)
            {
                continue;
            }

            if (mine.DueAt > at)
            {
                yield return new RowEdit(row.Lead, mine.DueAt, mine.Expires, mine.DueAt, null);
            }
            else if (!rows.Any(other => other.IsWaiting && FindIn(after, other.Lead)?.DueAt == mine.DueAt))
            {
                var dueAt = row.DueAt <= at ? row.DueAt : HeldNow;
                var expires = DueRule.Expires(mine.Lead, dueAt, version.KeyDate, preferences);
                if (at <= expires)
                {
                    yield return new RowEdit(row.Lead, dueAt, expires, row.WasAttempted ? at
                        : Instant.Max(dueAt, HeldNow), null);
                }
            }
        }
    }

    /// <summary>
    /// After the clock was set back, a short notice waits for its lead's own instant again. It no longer stands for the
    /// leads that have passed: the latest of them takes over. A row that is due as the edit wants it is no such notice;
    /// the edit may be followed twice.
    /// </summary>
    private IEnumerable<RowEdit> PassedBesideNotice() => rows
        .Where(row => row.IsWaiting && FindIn(before, row.Lead) is { } own && own.DueAt > at && row.DueAt > own.DueAt
            && row.DueAt != FindIn(after, row.Lead)?.DueAt)
        .Select(_ => after.LastOrDefault(due => due.DueAt <= at)).OfType<DueReminder>()
        .Where(due => IsAbsentOrVoid(due.Lead.Text))
        .Select(due => Put(due.Lead, HeldNow, HeldNow));

    /// <summary>
    /// Whether all rows nearer to the date than an overtaken row are void, or are waiting and removed by this edit or
    /// not due yet.
    /// </summary>
    private bool IsOvertakenNoMore(EditedRow row) => row.Reason == EndReasons.Overtaken
        && (FindIn(after, row.Lead)?.DueAt ?? OldInstantOf(row.Lead)) is var own
        && rows.Where(other => (FindIn(before, other.Lead) ?? FindIn(after, other.Lead))?.DueAt > own)
            .All(nearer => nearer.State == DeliveryState.Void
                || (nearer.IsWaiting && (nearer.DueAt > at || FindIn(after, nearer.Lead) is null)));

    /// <summary>A lead that was lost in an older revision (see <c>wasLost</c>) and that this edit adds again.</summary>
    private IEnumerable<RowEdit> LostBefore() => after
        .Where(due => due.DueAt <= at && at <= due.Expires && FindIn(before, due.Lead.Text) is null
            && rows.All(row => row.Lead != due.Lead.Text) && wasLost?.Invoke(due) == true)
        .Select(due => Put(due.Lead, HeldNow, HeldNow));

    /// <summary>The change to a waiting row; null when it stays as it is.</summary>
    private RowEdit? Waiting(EditedRow row)
    {
        if (FindIn(after, row.Lead) is not { } mine)
        {
            return RowEdit.Void(row.Lead, EndReasons.NotAskedFor);
        }

        if (mine.DueAt > at)
        {
            if (SharedInstant.Chosen(after, mine.DueAt, siblings) != mine)
            {
                return RowEdit.Void(row.Lead, EndReasons.SentUnderAnother);
            }

            var next = row.State != DeliveryState.Queued && row.NextAt > mine.DueAt ? row.NextAt.Value : mine.DueAt;
            return row.DueAt == mine.DueAt && row.Expires == mine.Expires
                && row.NextAt == next ? null : new RowEdit(row.Lead, mine.DueAt, mine.Expires, next, null);
        }

        // The instant has passed. A retry keeps its schedule; a row held by quiet hours now follows the new quiet
        // hours.
        if (row.WasAttempted || row.NextAt <= at)
        {
            return null;
        }

        if (row.DueAt <= at)
        {
            return row.NextAt == HeldNow ? null : new RowEdit(row.Lead, row.DueAt, row.Expires, HeldNow, null);
        }

        return row.DueAt == HeldNow && row.NextAt == HeldNow ? null : Put(mine.Lead, HeldNow, HeldNow);
    }

    /// <summary>A row that is sent again on request had its outcome before; an edit leaves it alone.</summary>
    private static EditedRow AsEnded(EditedRow row) =>
        row.IsResent && row.State.IsOpen() ? row with { State = DeliveryState.Delivered, NextAt = null } : row;

    private Instant HeldNow => DueRule.HeldForQuietHours(at, version.KeyDate, preferences);

    private RowEdit Put(Lead lead, Instant dueAt, Instant nextAt) =>
        new(lead.Text, dueAt, DueRule.Expires(lead, dueAt, version.KeyDate, preferences), nextAt, null);

    private bool IsAbsentOrVoid(string lead) => rows.FirstOrDefault(
        row => row.Lead == lead) is null or { State: DeliveryState.Void };

    private static bool IsNotAskedFor(EditedRow row) =>
        row is { State: DeliveryState.Void, Reason: EndReasons.NotAskedFor };

    /// <summary>The instant of a lead under the old preferences, also when these did not request it.</summary>
    private Instant OldInstantOf(string lead) => SharedInstant.Of(lead, version.KeyDate, old);

    private static DueReminder? FindIn(IReadOnlyList<DueReminder> reminders, string lead) =>
        reminders.FirstOrDefault(due => due.Lead.Text == lead);
}

/// <summary>A reminder row before the edit.</summary>
/// <param name="NextAt">When it is sent next; null when it is final or being sent.</param>
/// <param name="WasAttempted">Whether at least one attempt has ended.</param>
/// <param name="IsResent">Whether it was sent again on request after it had its outcome.</param>
internal sealed record EditedRow(string Lead, DeliveryState State, Instant DueAt, Instant? Expires, Instant? NextAt,
    bool WasAttempted, string? Reason, bool IsResent = false)
{
    public bool IsWaiting => NextAt is not null;
}

/// <summary>
/// The change that an edit makes to a lead's row: wait until <paramref name="NextAt"/>, or become void with a reason.
/// </summary>
internal sealed record RowEdit(string Lead, Instant DueAt, Instant? Expires, Instant NextAt, string? VoidReason)
{
    public static RowEdit Of(DueReminder due) => new(due.Lead.Text, due.DueAt, due.Expires, due.DueAt, null);

    public static RowEdit Void(string lead, string reason) => new(lead, default, null, default, reason);
}
