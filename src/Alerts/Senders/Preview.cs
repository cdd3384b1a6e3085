using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Senders;

/// <summary>What given preferences would get: every reminder ahead for the dates known.</summary>
internal sealed class Preview(IKeyDates dates)
{
    /// <summary>
    /// A day of any zone ends within 38 hours of any other's: two days after it is over, a date owes nothing more.
    /// </summary>
    private static readonly Duration Afterwards = Duration.FromDays(2);

    /// <summary>In order of due instant, date and lead.</summary>
    /// <param name="now">Counted from then; a past one sees dates that were recorded later as well.</param>
    public async Task<IReadOnlyList<PreviewItem>> OfAsync(
        Preferences preferences,
        Instant now,
        CancellationToken cancel)
    {
        var items = new List<PreviewItem>();
        await foreach (var version in dates.AllAsync(new DateFilter(OverAfter: now - Afterwards), cancel))
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

/// <summary>One reminder that given preferences would get.</summary>
internal sealed record PreviewItem(KeyDate KeyDate, DueReminder Due);
