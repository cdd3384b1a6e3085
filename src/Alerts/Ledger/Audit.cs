using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>
/// Recomputes what one subscription was owed of one date from their recorded histories, and holds it against the ledger's rows.
/// It shares the rule with the watcher, but neither its windows nor its plan: a row that either lost shows here as missing.
/// </summary>
/// <param name="reminders">What the rule says of a version for a schedule.</param>
/// <param name="unseen">
/// How long after it was recorded a change may not have been seen by those who send: until it was committed, and as far as clocks
/// differ. Until then an attempt for what stood before is right.
/// </param>
internal sealed class Audit(Func<DateVersion, PreferenceSet, IReadOnlyList<DueReminder>> reminders, Duration unseen)
{
    /// <param name="date">All versions, oldest first.</param>
    /// <param name="subscription">All versions, oldest first.</param>
    /// <param name="rows">The ledger's rows of this subscription and date.</param>
    /// <param name="from">Only what was due at or after it; null for the beginning.</param>
    /// <param name="to">Only what was due at or before it.</param>
    public void Judge(
        IReadOnlyList<DateVersion> date, IReadOnlyList<SubscriptionVersion> subscription, IReadOnlyList<AuditRow> rows, Instant? from, Instant to, AuditCount count)
    {
        var owed = Owed(date, subscription, rows);
        var byAlert = rows.ToDictionary(row => row.Alert);
        foreach (var (alert, what) in owed.Where(one => one.Value.DueAt >= (from ?? Instant.MinValue) && one.Value.DueAt <= to))
        {
            if (byAlert.TryGetValue(alert, out var row))
            {
                count.Add(row.State);
            }
            else if (what.MayLapse)
            {
                count.Add(DeliveryState.Void);
            }
            else
            {
                count.AddMissing(alert, what.DueAt);
            }
        }

        foreach (var row in rows.Where(row => row.AttemptsAt.Count > 0 && row.DueAt >= (from ?? Instant.MinValue) && row.DueAt <= to))
        {
            var why = !owed.ContainsKey(row.Alert) ? "it was never owed" : row.AttemptsAt.Select(at => Objection(row, at, date, subscription)).FirstOrDefault(why => why is not null);
            if (why is not null)
            {
                count.AddUnexpected(row.Alert, why);
            }
        }
    }

    private static T? At<T>(IReadOnlyList<T> versions, Func<T, Instant> recordedAt, Instant at)
        where T : class => versions.LastOrDefault(version => recordedAt(version) <= at);

    private static bool Ends(IReadOnlyList<SubscriptionVersion> subscription, Instant after) =>
        subscription.FirstOrDefault(version => version.RecordedAt > after) is { IsOwedAlerts: false };

    /// <summary>The same state just before an instant, for what happened in the same millisecond.</summary>
    private static Instant JustBefore(Instant at) => at - Duration.FromMilliseconds(1);

    private Dictionary<AlertName, OwedAlert> Owed(IReadOnlyList<DateVersion> date, IReadOnlyList<SubscriptionVersion> subscription, IReadOnlyList<AuditRow> rows)
    {
        var owed = new Dictionary<AlertName, OwedAlert>();
        var changes = date.Select(version => version.RecordedAt).Concat(subscription.Select(version => version.RecordedAt)).Distinct().Order().ToList();
        for (var i = 0; i < changes.Count; i++)
        {
            var began = changes[i];
            var ended = i + 1 < changes.Count ? changes[i + 1] : Instant.MaxValue;
            if (At(date, one => one.RecordedAt, began) is not { } version || At(subscription, one => one.RecordedAt, began) is not { IsOwedAlerts: true } subscriber)
            {
                continue;
            }

            var due = reminders(version, subscriber.PreferenceSet);
            foreach (var one in due.Where(one => one.DueAt > began && one.DueAt <= ended))
            {
                owed[new AlertName(version.KeyDate.Revision, AlertKind.Reminder, one.Lead.Text)] = new OwedAlert(one.DueAt, MayLapse: false);
            }

            if (version.RecordedAt == began && version.Change != DateChange.Edited)
            {
                // Confirmed or edited in the same millisecond: which came first is not recorded.
                AfterChange(owed, date, version, subscriber, due, rows, mayLapse: Ends(subscription, began) || subscriber.RecordedAt == began);
            }
            else if (subscriber.RecordedAt == began)
            {
                AfterEdit(owed, subscription, version, subscriber, due);
            }
        }

        return owed;
    }

    private static void AfterChange(
        Dictionary<AlertName, OwedAlert> owed, IReadOnlyList<DateVersion> date, DateVersion version, SubscriptionVersion subscriber,
        IReadOnlyList<DueReminder> due, IReadOnlyList<AuditRow> rows, bool mayLapse)
    {
        if (Told(version.KeyDate.Revision, rows) is { } told)
        {
            var before = date.Last(one => one.KeyDate.Revision == told).KeyDate;
            if (!before.IsSameToReaders(version.KeyDate) && (before.Over > version.RecordedAt || version.KeyDate.Over > version.RecordedAt))
            {
                var kind = version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;
                owed[new AlertName(version.KeyDate.Revision, kind, "-")] = new OwedAlert(version.RecordedAt, mayLapse);
            }
        }
        else if (Due.Owed.NoticeAt(version, subscriber.PreferenceSet.Preferences, due, version.MovedAt)?.Due is { } notice)
        {
            owed[new AlertName(version.KeyDate.Revision, AlertKind.Reminder, notice.Lead.Text)] = new OwedAlert(notice.DueAt, mayLapse);
        }
    }

    /// <summary>A reminder that was still ahead and that an edit put into the past goes at once.</summary>
    private void AfterEdit(
        Dictionary<AlertName, OwedAlert> owed, IReadOnlyList<SubscriptionVersion> subscription, DateVersion version, SubscriptionVersion subscriber, IReadOnlyList<DueReminder> due)
    {
        var at = subscriber.RecordedAt;
        if (subscription.LastOrDefault(one => one.RecordedAt < at) is not { IsOwedAlerts: true } before || before.PreferenceSet.Key == subscriber.PreferenceSet.Key)
        {
            return;
        }

        var earlier = reminders(version, before.PreferenceSet);
        foreach (var passed in due.Where(one => one.DueAt <= at && earlier.Any(ahead => ahead.DueAt > at && ahead.Lead.Text == one.Lead.Text))
            .Select(one => Due.Owed.DueNow(one.Lead, at, version.KeyDate, subscriber.PreferenceSet.Preferences)))
        {
            owed[new AlertName(version.KeyDate.Revision, AlertKind.Reminder, passed.Lead.Text)] = new OwedAlert(passed.DueAt, MayLapse: false);
        }
    }

    private static int? Told(int beforeRevision, IReadOnlyList<AuditRow> rows) =>
        rows.Where(row => row.AttemptsAt.Count > 0 && row.Alert.Revision < beforeRevision).Max(row => (int?)row.Alert.Revision);

    /// <summary>Why an attempt should not have been made; null when it was right.</summary>
    private string? Objection(AuditRow row, Instant at, IReadOnlyList<DateVersion> date, IReadOnlyList<SubscriptionVersion> subscription)
    {
        Instant[] moments =
        [
            at, JustBefore(at),
            .. date.Select(one => one.RecordedAt).Concat(subscription.Select(one => one.RecordedAt)).Where(change => change > at - unseen && change <= at).Select(JustBefore),
        ];
        if (!moments.Any(moment => At(date, one => one.RecordedAt, moment)?.KeyDate.Revision == row.Alert.Revision))
        {
            return "its revision was not the current one";
        }

        if (!moments.Any(moment => At(subscription, one => one.RecordedAt, moment) is { IsOwedAlerts: true }))
        {
            return "the subscription was owed nothing then";
        }

        if (row.IsResent || row.Alert.Kind != AlertKind.Reminder)
        {
            return null;
        }

        return at < row.DueAt ? "it was not due yet"
            : at > row.Expires ? "it had expired"
            : moments.All(moment => IsOvertaken(row, moment, date, subscription)) ? "a nearer one had fallen due"
            : null;
    }

    private bool IsOvertaken(AuditRow row, Instant at, IReadOnlyList<DateVersion> date, IReadOnlyList<SubscriptionVersion> subscription)
    {
        if (At(date, one => one.RecordedAt, at) is not { } version || At(subscription, one => one.RecordedAt, at) is not { } subscriber)
        {
            return false;
        }

        var due = reminders(version, subscriber.PreferenceSet);
        return due.FirstOrDefault(one => one.Lead.Text == row.Alert.Lead) is { } mine
            && due.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= at && nearer.DueAt > subscriber.Since);
    }

    private sealed record OwedAlert(Instant DueAt, bool MayLapse);
}

/// <summary>One recorded state of a subscription.</summary>
internal sealed record SubscriptionVersion(Instant RecordedAt, SubscriptionStatus Status, Instant Since, PreferenceSet PreferenceSet)
{
    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;
}

/// <summary>Which alert of a subscription and date.</summary>
internal sealed record AlertName(int Revision, AlertKind Kind, string Lead);

/// <summary>A row of the ledger as the audit needs it.</summary>
/// <param name="AttemptsAt">When attempts began, the one under way included.</param>
internal sealed record AuditRow(AlertName Alert, Instant DueAt, Instant? Expires, DeliveryState State, bool IsResent, IReadOnlyList<Instant> AttemptsAt);

/// <summary>The audit's verdict as it is being added up.</summary>
internal sealed class AuditCount
{
    private readonly Dictionary<DeliveryState, long> states = Enum.GetValues<DeliveryState>().ToDictionary(state => state, _ => 0L);

    /// <summary>Names the subscription and date the next problems are about.</summary>
    public (string SubscriptionId, string KeyDateId) About { get; set; }

    public long Owed { get; private set; }

    public long Missing { get; private set; }

    public long Unexpected { get; private set; }

    /// <summary>The first 1,000 problems, each with its alert key and a sentence.</summary>
    public List<(string AlertKey, string Problem)> Problems { get; } = [];

    public bool IsClean => Missing == 0 && Unexpected == 0;

    public long this[DeliveryState state] => states[state];

    public void Add(DeliveryState state)
    {
        Owed++;
        states[state]++;
    }

    public void AddMissing(AlertName alert, Instant dueAt)
    {
        Owed++;
        Missing++;
        Note(alert, $"missing: {alert.Kind.Word()} {alert.Lead} of {About.KeyDateId} r{alert.Revision} for {About.SubscriptionId}, due {NodaTime.Text.InstantPattern.ExtendedIso.Format(dueAt)}, is not in the ledger");
    }

    public void AddUnexpected(AlertName alert, string why)
    {
        Unexpected++;
        Note(alert, $"unexpected: {alert.Kind.Word()} {alert.Lead} of {About.KeyDateId} r{alert.Revision} for {About.SubscriptionId} was attempted although {why}");
    }

    private void Note(AlertName alert, string problem)
    {
        if (Problems.Count < 1000)
        {
            Problems.Add((AlertKey.Of(About.SubscriptionId, About.KeyDateId, alert.Revision, alert.Kind, alert.Lead), problem));
        }
    }
}
