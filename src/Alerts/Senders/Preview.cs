using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Senders;

/// <summary>Lists the future reminders that given preferences would get for the known dates.</summary>
internal sealed class Preview(IKeyDates dates)
{
    /// <summary>The reminders, ordered by due instant, date and lead.</summary>
    /// <param name="now">
    /// Only reminders due after this instant are listed; for a past instant, dates recorded later are included as well.
    /// </param>
    public async Task<IReadOnlyList<PreviewItem>> OfAsync(
        Preferences preferences, Instant now, CancellationToken cancel)
    {
        var items = new List<PreviewItem>();
        await foreach (var version in dates.AllAsync(new DateFilter(OverAfter: now - Owed.Afterwards), cancel))
        {
            items.AddRange(Of(version, preferences, now));
        }

        return items
            .OrderBy(item => item.Due.DueAt)
            .ThenBy(item => item.KeyDate.Id, StringComparer.Ordinal)
            .ThenBy(item => item.Due.Lead.Text, StringComparer.Ordinal)
            .ToList();
    }

    private static IEnumerable<PreviewItem> Of(DateVersion version, Preferences preferences, Instant now) =>
        Owed.Reminders(version with { MovedAt = Instant.Min(version.MovedAt, now) }, preferences)
            .Where(due => due.DueAt > now)
            .Select(due => new PreviewItem(version.KeyDate, due));
}

/// <summary>One reminder in a preview.</summary>
internal sealed record PreviewItem(KeyDate KeyDate, DueReminder Due);
