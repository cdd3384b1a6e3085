using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Ledger;

/// <summary>Merges leads that are due at the same instant into one alert.</summary>
internal static class SharedInstant
{
    /// <summary>The instant of a row's lead under preferences that need not request it.</summary>
    /// <param name="lead">The lead as the ledger stores it.</param>
    public static Instant Of(string lead, KeyDate date, Preferences preferences) =>
        LeadText.TryParse(lead, out var read, out var error)
            ? DueRule.Leads(date, preferences with { Leads = [read] })[0].DueAt
            : throw new InvalidOperationException(error);

    /// <summary>Whether two leads are due at the same instant and the first one's text comes first (ordinal).</summary>
    public static bool IsBefore(DueReminder first, DueReminder second) =>
        first.DueAt == second.DueAt && string.CompareOrdinal(first.Lead.Text, second.Lead.Text) < 0;

    /// <summary>
    /// The lead to send at an instant: the first in text order whose row has not reached a final state; null when all
    /// have.
    /// </summary>
    public static DueReminder? Chosen(IReadOnlyList<DueReminder> leads, Instant dueAt,
        IReadOnlyList<SiblingReminder> rows) =>
        leads.FirstOrDefault(due => due.DueAt == dueAt && !rows.Any(row => row.Lead == due.Lead.Text && row.HasEnded));
}

/// <summary>Another reminder of the same subscription, date and revision.</summary>
internal sealed record SiblingReminder(string Lead, Instant DueAt, DeliveryState State)
{
    /// <summary>Whether the reminder was delivered, failed or expired. Void does not count.</summary>
    public bool HasEnded => State.HasEnded();
}
