using Alerts.Due;

namespace Alerts.Watch;

/// <summary>Describes, for previews, how many subscriptions a change notifies immediately.</summary>
internal static class ImpactText
{
    /// <summary>One sentence per kind of alert; none when nobody is notified.</summary>
    public static IEnumerable<string> Sentences(IReadOnlyDictionary<Notified, long> impact) =>
        from kind in (AlertKind[])[AlertKind.Reminder, AlertKind.Rescheduled, AlertKind.Cancelled]
        let ofKind = impact.Where(one => one.Key.Kind == kind && one.Value > 0).ToList()
        where ofKind.Count > 0
        select $"On saving, {Subscribers(ofKind)} will be notified {What(kind)} ({Channels(ofKind)}).";

    /// <summary>One sentence for several dates: the number of notifications per channel.</summary>
    public static string Total(IEnumerable<KeyValuePair<Notified, long>> impact)
    {
        var all = impact.Where(one => one.Value > 0).ToList();
        var count = all.Sum(one => one.Value);
        return count == 0
            ? "Nobody is notified on saving."
            : FormattableString.Invariant(
                $"On saving, {count} {(count == 1 ? "notification goes" : "notifications go")} out: {Channels(all)}.");
    }

    private static string Subscribers(IReadOnlyList<KeyValuePair<Notified, long>> impact) =>
        impact.Sum(one => one.Value) is var count and not 1
        ? FormattableString.Invariant($"{count} subscribers") : "1 subscriber";

    private static string Channels(IReadOnlyList<KeyValuePair<Notified, long>> impact) => string.Join(", ",
        impact.GroupBy(one => one.Key.Channel).OrderBy(channel => channel.Key, StringComparer.Ordinal)
            .Select(channel => FormattableString.Invariant($"{channel.Sum(one => one.Value)} by {channel.Key}")));

    private static string What(AlertKind kind) => kind switch
    {
        AlertKind.Rescheduled => "that this date has changed",
        AlertKind.Cancelled => "that this date is cancelled",
        _ => "of this date at once",
    };
}
