using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>
/// What an edit of a subscription makes of its reminders of one date (product contract, section 23). Pure: given the
/// rows as they are, it answers how they are to be. Done again, it changes nothing.
/// </summary>
/// <param name="version">The date as it is now.</param>
/// <param name="preferences">The new preferences.</param>
/// <param name="before">What the rule says for the preferences before, each lead by itself.</param>
/// <param name="after">What it says for the new ones.</param>
/// <param name="rows">The subscription's reminders of the date's current revision.</param>
/// <param name="editedAt">When the edit was recorded, by the clock.</param>
/// <param name="wasLost">
/// Whether a passed lead was owed in an older revision that told the same, and nothing came of it: the change was taken
/// back while the lead was put away. Null when the date has one revision.
/// </param>
internal sealed class ReminderEdits(
    DateVersion version, Preferences preferences, IReadOnlyList<DueReminder> before, IReadOnlyList<DueReminder> after,
    IReadOnlyList<EditedRow> rows, Instant editedAt, Func<DueReminder, bool>? wasLost = null)
{
    /// <summary>An edit comes after the version that it meets, also when the clock was set back in between.</summary>
    private readonly Instant at = Instant.Max(editedAt, version.RecordedAt);

    private readonly IReadOnlyList<SiblingReminder> siblings = [.. rows.Select(
        row => new SiblingReminder(row.Lead, row.DueAt, row.State))];

    /// <summary>
    /// The changes, in an order in which they may be broken off and done again: what takes a place comes before what
    /// gives it up.
    /// </summary>
    public IReadOnlyList<RowEdit> Changes()
    {
        var edits = new Dictionary<string, RowEdit>();
        foreach (var edit in Replacements().Concat(AheadBesideEnded()).Concat(PassedByEdit()).Concat(OwedAgain())
            .Concat(LostBefore()))
        {
            edits.TryAdd(edit.Lead, edit);
        }

        return [.. edits.Values, .. rows.Where(row => row.IsWaiting).Select(Waiting).OfType<RowEdit>()];
    }

    /// <summary>A lead that an undelivered row loses is taken over by another one of the same instant.</summary>
    private IEnumerable<RowEdit> Replacements()
    {
        foreach (var row in rows.Where(row => (row.IsWaiting || row.State == DeliveryState.Sending)
            && FindIn(after, row.Lead) is null))
        {
            var own = FindIn(before, row.Lead)?.DueAt ?? row.DueAt;
            var lead = after.FirstOrDefault(due => FindIn(before, due.Lead.Text)?.DueAt == own);
            if (lead is null && row.DueAt > own)
            {
                // Due at short notice, as every passed lead was: the nearest one that is left.
                lead = after.LastOrDefault(due => due.DueAt <= at);
            }

            if (lead is not null && lead.DueAt <= at && !(FindIn(before, lead.Lead.Text)?.DueAt > at)
                && IsAbsentOrVoid(lead.Lead.Text))
            {
                var dueAt = row.DueAt <= at ? row.DueAt : DueRule.HeldForQuietHours(at, version.KeyDate, preferences);
                yield return Put(lead.Lead, dueAt, row.DueAt <= at ? HeldNow : dueAt);
            }
        }
    }

    /// <summary>
    /// A lead whose instant is ahead stays owed although the first one of the same instant has ended already.
    /// </summary>
    private IEnumerable<RowEdit> AheadBesideEnded() => after
        .Where(due => due.DueAt > at && IsAbsentOrVoid(due.Lead.Text)
            && after.Any(first => SharedInstant.IsBefore(first, due))
                && SharedInstant.Chosen(after, due.DueAt, siblings) == due)
        .Select(due => new RowEdit(due.Lead.Text, due.DueAt, due.Expires, due.DueAt, null));

    /// <summary>A reminder that was still ahead and that the edit put into the past goes at once.</summary>
    private IEnumerable<RowEdit> PassedByEdit() => after
        .Where(due => due.DueAt <= at && FindIn(before, due.Lead.Text)?.DueAt > at && IsAbsentOrVoid(due.Lead.Text)
            && SharedInstant.Chosen(after, due.DueAt, siblings) == due)
        .Select(due => Put(due.Lead, HeldNow, HeldNow));

    /// <summary>A row that an earlier edit made void, or that was overtaken by one that this edit takes away.</summary>
    private IEnumerable<RowEdit> OwedAgain()
    {
        foreach (var row in rows.Where(row => row.State == DeliveryState.Void
            && (row.Reason == EndReasons.NotAskedFor || IsOvertakenNoMore(row))))
        {
            if (FindIn(after, row.Lead) is not { } mine)
            {
                continue;
            }

            // A lead that had no row by its instant gets none any more, and must not keep out one that has.
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

    /// <summary>Whether an overtaken row's nearer ones are all void or taken away undelivered.</summary>
    private bool IsOvertakenNoMore(EditedRow row) => row.Reason == EndReasons.Overtaken
        && FindIn(after, row.Lead) is { } mine && mine.DueAt <= at
        && rows.Where(other => (FindIn(before, other.Lead) ?? FindIn(after, other.Lead))?.DueAt > mine.DueAt)
            .All(nearer => nearer.State == DeliveryState.Void
                || (nearer.IsWaiting && (nearer.DueAt > at || FindIn(after, nearer.Lead) is null)));

    /// <summary>A lead that is put back after the change that made its row void was taken back.</summary>
    private IEnumerable<RowEdit> LostBefore() => after
        .Where(due => due.DueAt <= at && FindIn(before, due.Lead.Text) is null
            && rows.All(row => row.Lead != due.Lead.Text) && wasLost?.Invoke(due) == true)
        .Select(due => Put(due.Lead, HeldNow, HeldNow))
        .Where(edit => at <= edit.Expires);

    /// <summary>What becomes of a row that waits; null when it stays as it is.</summary>
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

        // Its instant has passed. A retry keeps its schedule; what waits for quiet hours waits for the new ones.
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

    private Instant HeldNow => DueRule.HeldForQuietHours(at, version.KeyDate, preferences);

    private RowEdit Put(Lead lead, Instant dueAt, Instant nextAt) =>
        new(lead.Text, dueAt, DueRule.Expires(lead, dueAt, version.KeyDate, preferences), nextAt, null);

    private bool IsAbsentOrVoid(string lead) => rows.FirstOrDefault(
        row => row.Lead == lead) is null or { State: DeliveryState.Void };

    private static DueReminder? FindIn(IReadOnlyList<DueReminder> reminders, string lead) =>
        reminders.FirstOrDefault(due => due.Lead.Text == lead);
}

/// <summary>A reminder as an edit finds it.</summary>
/// <param name="NextAt">When it is sent next; null for one that has ended or is being sent.</param>
/// <param name="WasAttempted">Whether an attempt has ended.</param>
internal sealed record EditedRow(string Lead, DeliveryState State, Instant DueAt, Instant? Expires, Instant? NextAt,
    bool WasAttempted, string? Reason)
{
    public bool IsWaiting => NextAt is not null;
}

/// <summary>
/// How an edit changes the row of a lead: it waits until <paramref name="NextAt"/>, or it is void for a reason.
/// </summary>
internal sealed record RowEdit(string Lead, Instant DueAt, Instant? Expires, Instant NextAt, string? VoidReason)
{
    public static RowEdit Of(DueReminder due) => new(due.Lead.Text, due.DueAt, due.Expires, due.DueAt, null);

    public static RowEdit Void(string lead, string reason) => new(lead, default, null, default, reason);
}
