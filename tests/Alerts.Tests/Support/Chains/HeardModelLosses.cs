using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Tests.Support.Chains;

/// <content>What the subscriber should have been told and was not.</content>
internal sealed partial class HeardModel
{
    /// <summary>Returns an objection when the subscriber may know an outdated state. Requires a date.</summary>
    private string? FalseWord(IReadOnlyList<Delivery> rows, Instant now)
    {
        // This state passed both checks when it was recorded, and stays accepted when the clock is set back.
        var told = Differing(Instant.Max(now, movedAt));
        var hasFailed = rows.Any(row => row is { State: DeliveryState.Failed, Reason: not null }
            && row.Kind.IsCorrection() && states[row.Revision].IsSameToReaders(date!));
        return told is null || hasFailed ? null
            : $"r{told.Revision} may be what the subscriber knows, r{date!.Revision} is true, and nothing is open";
    }

    /// <summary>
    /// Returns the state the subscriber knows, or else the newest it may know, that differs from the current one while
    /// one of the two is not over; otherwise null. Requires a date.
    /// </summary>
    private KeyDate? Differing(Instant now)
    {
        var known = attempts.Where(attempt => attempt.IsDelivered).MaxBy(attempt => attempt.Ended);
        return attempts.Where(attempt => attempt == known || known is null || attempt.Ended > known.Begun)
            .OrderByDescending(attempt => attempt == known).ThenByDescending(attempt => attempt.Begun)
            .Select(attempt => attempt.NotifiedDate)
            .FirstOrDefault(told => !told.IsSameToReaders(date!) && (told.Over > now || date!.Over > now));
    }

    private string? Lost(PassedLead lead, IReadOnlyList<Delivery> rows)
    {
        var current = date!; // FirstObjection has checked it
        // A lead that is in the future again, after an edit or because the clock was set back, must pass once more
        // before it needs a follow-up.
        var isOwed = lead.Own <= clock && Leads().Any(due => due.Lead.Text == lead.Lead && due.DueAt <= clock)
            && lead.State.IsSameToReaders(current);
        // A change that is taken back gives short notice by the lead's instant as it is then.
        var since = lead.State.Revision == current.Revision ? lead.Own
            : Instant.Min(lead.Own, InstantOf(lead.Lead) ?? lead.Own);
        var wasTold = attempts.Any(attempt => attempt.IsDelivered
            && (attempt.Ended > lead.Count
                || (attempt.At >= since && attempt.NotifiedDate.IsSameToReaders(current))
                || (attempt.Lead == lead.Lead && attempt.NotifiedDate.Revision == lead.State.Revision)));
        var gaveUp = rows.Any(row => row is { State: DeliveryState.Failed or DeliveryState.Expired, Reason: not null }
            && row.Revision >= lead.State.Revision
                && (row.Lead == lead.Lead || row.Kind.IsCorrection() || row.DueAt >= lead.Own
                    // the same alert, or nearer because the hour was edited
                    || InstantOf(row.Lead) >= InstantOf(lead.Lead)));
        return !isOwed || wasTold || gaveUp ? null
            : $"{lead.Lead} of r{lead.State.Revision} passed at {lead.Own} while it was owed, and nothing came of it";
    }
}
