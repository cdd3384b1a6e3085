using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Audit;

/// <summary>What is due when, as the audit asks for it.</summary>
internal static class AuditLeads
{
    /// <summary>
    /// Each lead of a version by itself, computed once for each version and preferences; nothing where the version
    /// owes nothing.
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
