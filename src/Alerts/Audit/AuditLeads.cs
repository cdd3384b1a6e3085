using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Audit;

/// <summary>Calculates due leads for the audit.</summary>
internal static class AuditLeads
{
    /// <summary>
    /// Returns a function that gives the leads due for a date version, one entry per lead; empty when the version
    /// requires no reminders. Results are cached per version and preferences.
    /// </summary>
    public static Func<DateVersion, PreferenceSet, IReadOnlyList<DueReminder>> Cached()
    {
        var cache = new Dictionary<(string Date, int Number, string Preferences), IReadOnlyList<DueReminder>>();
        return (version, preferences) =>
        {
            var key = (version.KeyDate.Id, version.Number, preferences.Key);
            if (!cache.TryGetValue(key, out var leads))
            {
                cache[key] = leads = Of(version, preferences.Preferences);
            }

            return leads;
        };
    }

    private static IReadOnlyList<DueReminder> Of(DateVersion version, Preferences preferences)
    {
        var date = version.KeyDate;
        return date.IsCancelled || version.MovedAt >= date.Over || !preferences.Follows(date) ? []
            : DueRule.Leads(date, preferences);
    }
}
