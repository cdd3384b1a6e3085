using Alerts.Due;
using Alerts.Senders;

namespace Alerts.Tests.Support.Chains;

/// <content>Reasons why an alert should not have been sent.</content>
internal sealed partial class HeardModel
{
    private string? Objection(OutboundAlert alert)
    {
        if (isChanging || date is null)
        {
            return null;
        }

        return preferences is null ? "the subscription had ended"
            : alert.Date.KeyDate.Revision != date.Revision ? $"r{date.Revision} was true by then"
            : attempts.Any(attempt => attempt.Key == alert.Id && attempt.IsDelivered) ? "it had been delivered"
            : alert.Kind.IsCorrection() ? ObjectionToCorrection(alert)
            : Leads().FirstOrDefault(due => due.Lead.Text == alert.Lead) is not { } due ? "it was not asked for"
            : due.DueAt > alert.At ? $"its lead is due at {due.DueAt}"
            : alert.At > alert.Expires ? "it had expired"
            : !mayGo.Contains((date.Revision, alert.Lead))
                && !mayComeBack.Contains((date.Revision, alert.Lead)) ? "it was never owed"
            : IsOvertaken(due, alert.At) ? "a nearer one that is owed had fallen due"
            : null;
    }

    private string? ObjectionToCorrection(OutboundAlert alert)
    {
        // Another alert of the same instant may have ended before this one is seen, though this one was decided first.
        if (attempts.Exists(attempt => attempt.At == alert.At))
        {
            return null;
        }

        return Differing(movedAt) is not { } told ? "nothing else can be known"
            : alert.Previous is not { } previous || !previous.IsSameToReaders(told)
                ? $"it shows r{alert.Previous?.Revision} as the state before instead of r{told.Revision}"
            : null;
    }

    private bool IsOneInProgress => attempts.Exists(attempt => attempt.Ended == long.MaxValue);

    /// <summary>
    /// Whether a change may require a short notice: no correction is needed, and the same state was not delivered
    /// since. The outcome of an attempt in progress is not known yet.
    /// </summary>
    private bool MayNeedNotice(Instant own) => IsOneInProgress
        || (Differing(movedAt) is null && !attempts.Exists(attempt =>
            attempt.IsDelivered && attempt.At >= own
                && attempt.NotifiedDate.IsSameToReaders(date!))); // callers have a date

    private void Allow(IEnumerable<DueReminder> reminders)
    {
        foreach (var due in reminders)
        {
            mayGo.Add((date!.Revision, due.Lead.Text)); // without a date there are no leads
        }
    }

    /// <summary>
    /// Whether a nearer lead passed while this one was owed. A lead that had passed before this one's instant is nearer
    /// only because the hour was edited, and may have been sent, or overtaken by this one, before.
    /// </summary>
    private bool IsOvertaken(DueReminder mine, Instant at) => date is { Revision: var revision }
        && Leads().Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= at
            && mayGo.Contains((revision, nearer.Lead.Text))
            && passed.Exists(lead => lead.Lead == nearer.Lead.Text && lead.State.Revision == revision
                && lead.Own > mine.DueAt && lead.MayOvertake && !passed.Exists(one => one.Lead == mine.Lead.Text
                    && one.State.Revision == revision && one.Own > lead.Own)));
}
