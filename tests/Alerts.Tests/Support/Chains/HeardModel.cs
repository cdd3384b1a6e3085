using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support.Chains;

/// <summary>
/// A model of one subscriber and one date, seen from outside: the preferences, the changes and what arrived, in order.
/// It decides whether the subscriber's latest information is true, and whether every lead that passed was followed by
/// an alert. Of the product's rules it uses only the instants of leads.
/// </summary>
internal sealed partial class HeardModel(Instant start)
{
    /// <summary>An alert is given up after this many attempts (product contract, section 11).</summary>
    private const int MaxAttempts = 10;

    private readonly Lock gate = new();
    private readonly List<HeardAttempt> attempts = [];
    private readonly List<PassedLead> passed = [];
    private readonly Dictionary<int, KeyDate> states = [];
    private readonly HashSet<(int Revision, string Lead)> mayGo = [];
    private readonly HashSet<(int Revision, string Lead)> planned = [];
    private readonly HashSet<(int Revision, string Lead)> mayComeBack = [];
    private readonly List<string> story = [];
    private readonly List<string> faults = [];

    private KeyDate? date;
    private Preferences? preferences;
    private bool isChanging;
    private long count;
    private long changedAt;
    private long setBackAt = -1;
    private Instant clock = start;
    private Instant highest = start;
    private Instant movedAt;
    private Instant endedAt;

    public KeyDate? Date => date;

    /// <summary>The subscription's preferences; null before it is confirmed and after it has ended.</summary>
    public Preferences? Preferences => preferences;

    /// <summary>All events, one line each.</summary>
    public IReadOnlyList<string> Story => story;

    /// <summary>Alerts that should not have been sent.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>
    /// Marks the start of a change. Until <see cref="Settled"/>, alerts that were right before it may still be sent.
    /// </summary>
    public void Changing()
    {
        lock (gate)
        {
            isChanging = true;
        }
    }

    public void Settled()
    {
        lock (gate)
        {
            isChanging = false;
        }
    }

    public void Changed(KeyDate now, Instant at, string what)
    {
        lock (gate)
        {
            Pass(at);
            Tell(what);
            var begins = date is null || now.Revision != date.Revision
                || (preferences is not null && !preferences.Follows(date) && preferences.Follows(now));
            movedAt = now.Revision != date?.Revision ? at : movedAt;
            (date, changedAt) = (now, ++count);
            states[now.Revision] = now;
            Plan(at);
            if (preferences is null || (begins && now.Start <= at))
            {
                // The subscription had ended, or the date had begun by the change: its leads are no longer owed. A
                // correction of what was sent may be.
                passed.Clear();
            }

            if (begins && now.Start > at && LastPassed(at) is { } nearest)
            {
                var isOwed = MayNeedNotice(nearest.DueAt);
                passed.Add(new PassedLead(count, nearest.Lead.Text, nearest.DueAt, now)
                {
                    MayOvertake = isOwed && !IsOneInProgress,
                });
                if (isOwed)
                {
                    Allow(Leads().Where(due => due.DueAt == nearest.DueAt));
                }
            }
        }
    }

    /// <param name="next">
    /// The new preferences, or those of before when the subscription is resumed; null when it has ended.
    /// </param>
    public void Edited(Preferences? next, Instant at, string what)
    {
        lock (gate)
        {
            Pass(at);
            Tell(what);
            if (next is null)
            {
                endedAt = at;
            }
            else if (preferences is null && at > endedAt)
            {
                // Resumed: what waited for its first attempt may have fallen due while the subscription was ended.
                passed.RemoveAll(lead => !attempts.Exists(attempt => attempt.Lead == lead.Lead
                    && attempt.NotifiedDate.Revision == lead.State.Revision));
            }

            var (before, previous) = (Leads(), preferences);
            (preferences, changedAt) = (next, ++count);
            var isOneTakenAway = before.Any(old => Leads().All(due => due.Lead.Text != old.Lead.Text));
            // A lead that has expired is no longer owed when it is added again, or when one that had overtaken it is
            // removed.
            passed.RemoveAll(lead => Leads().Any(due => due.Lead.Text == lead.Lead && due.Expires < at
                && (isOneTakenAway || before.All(old => old.Lead.Text != lead.Lead))));
            foreach (var due in Leads().Where(due => due.DueAt <= at
                && before.Any(old => old.Lead.Text == due.Lead.Text && old.DueAt > at)))
            {
                passed.Add(new PassedLead(count, due.Lead.Text, due.DueAt, date!)); // without a date there are no leads
                Allow([due]);
            }

            Plan(at);

            // A lead may replace one that the edit removes, and one of the same instant that was removed before. A lead
            // that was lost to a change since taken back may be sent once it is requested again.
            Allow(Leads().Where(due => due.DueAt <= at
                && (isOneTakenAway || WasIn(mayGo, due) || HasInstantOf(mayGo, due, previous))));
            // After the clock was set back, a short notice waits for its lead's own instant again, and the nearest
            // passed lead may take its place.
            var isNoticeAhead = passed.Exists(lead => lead.Own > at);
            Allow(Leads().Where(due => isNoticeAhead && due.DueAt == LastPassed(at)?.DueAt));
            // A lead that was removed before its instant and added again after it may be sent. It overtakes no other.
            mayComeBack.UnionWith(Leads().Where(due => due.DueAt <= at
                && (WasIn(planned, due) || HasInstantOf(planned, due, previous))).Select(due =>
                    (date!.Revision, due.Lead.Text)));
        }
    }

    public void TimeIs(Instant now)
    {
        lock (gate)
        {
            Pass(now);
        }
    }

    public void SetBackTo(Instant now)
    {
        lock (gate)
        {
            (clock, setBackAt) = (now, ++count);
            Tell("the clock is set back");
        }
    }

    public HeardAttempt Begin(OutboundAlert alert)
    {
        lock (gate)
        {
            Pass(alert.At);
            var attempt = new HeardAttempt(alert.Id, alert.Kind, alert.Lead, alert.Date.KeyDate, alert.At, ++count);
            if (Objection(alert) is { } why)
            {
                Tell($"FAULT: {why}");
                faults.Add(
                    $"{alert.Kind.Word()} {alert.Lead} r{alert.Date.KeyDate.Revision} went at {alert.At}: {why}");
            }

            attempts.Add(attempt);
            return attempt;
        }
    }

    /// <param name="result">The outcome; null when the process was killed.</param>
    public void End(HeardAttempt attempt, SendResult? result)
    {
        lock (gate)
        {
            (attempt.Ended, attempt.IsDelivered) = (++count, result is Delivered);
            attempt.IsFinal = result is Delivered or GaveUp
                || attempts.Count(one => one.Key == attempt.Key) == MaxAttempts;
            Tell($"{attempt.Kind.Word()} {attempt.Lead} r{attempt.NotifiedDate.Revision}: "
                + (result?.GetType().Name ?? "broken off"));
        }
    }

    /// <summary>Returns what is wrong; null when nothing is, or while an alert may still be sent.</summary>
    /// <param name="rows">The subscriber's deliveries for this date.</param>
    public string? FirstObjection(IReadOnlyList<Delivery> rows, Instant now)
    {
        lock (gate)
        {
            Pass(now);
            return IsOpen(rows, now) || date is null || preferences is null ? null : FalseWord(rows, now)
                ?? passed.Select(lead => Lost(lead, rows)).FirstOrDefault(why => why is not null);
        }
    }

    /// <summary>Whether an alert may still be sent because of what has happened so far.</summary>
    public bool IsOpen(IReadOnlyList<Delivery> rows, Instant now)
    {
        lock (gate)
        {
            return rows.Any(row => row.State switch
            {
                DeliveryState.Sending or DeliveryState.Retrying => true,
                // A queued row counts as open when it waits for the end of quiet hours although its own instant, or its
                // short notice's, has passed. While the clock is set back any row counts: it may have been due before.
                DeliveryState.Queued => row.Kind.IsCorrection() || row.NextAttemptAt <= now
                    || (row.Revision == date?.Revision && (now < highest
                        || Leads().All(due => due.Lead.Text != row.Lead || due.DueAt <= now))),
                _ => false,
            });
        }
    }

    private IReadOnlyList<DueReminder> Leads() => date is null || preferences is null || date.IsCancelled
        || movedAt >= date.Over || !preferences.Follows(date)
        ? [] : [.. preferences.Leads.Select(lead => DueRule.Reminders(date, preferences with { Leads = [lead] })[0])];

    private Instant? InstantOf(string lead) => Leads().FirstOrDefault(due => due.Lead.Text == lead)?.DueAt;

    private DueReminder? LastPassed(Instant at) =>
        Leads().Where(due => due.DueAt <= at).OrderByDescending(due => due.DueAt).FirstOrDefault();

    /// <summary>Whether a set has this lead for a revision that is the same to readers as the current one.</summary>
    private bool WasIn(HashSet<(int Revision, string Lead)> leads, DueReminder due) => leads.Any(one =>
        one.Lead == due.Lead.Text && states[one.Revision].IsSameToReaders(date!)); // callers have a date

    /// <summary>Whether a set has another lead of this revision that was due at the same instant.</summary>
    private bool HasInstantOf(HashSet<(int Revision, string Lead)> leads, DueReminder due, Preferences? previous) =>
        previous is not null && leads.Any(one => one.Revision == date!.Revision // callers have a date
            && SharedInstant.Of(one.Lead, date, previous) == SharedInstant.Of(due.Lead.Text, date, previous));

    /// <summary>Records the leads requested before their instant: these have a row from now on.</summary>
    private void Plan(Instant at) =>
        planned.UnionWith(Leads().Where(due => due.DueAt > at).Select(due => (date!.Revision, due.Lead.Text)));

    /// <summary>Advances time. A lead whose instant is reached must be followed by an alert about the date.</summary>
    private void Pass(Instant until)
    {
        if (until <= clock)
        {
            return;
        }

        foreach (var due in Leads().Where(due => due.DueAt > clock && due.DueAt <= until))
        {
            Allow([due]);
            // After the clock was set back, an instant that occurs again is new only to a change made since then. An
            // alert that has ended is not owed again after an edit of the hour.
            if ((due.DueAt > highest || changedAt > setBackAt) && !attempts.Exists(attempt => attempt.IsFinal
                && attempt.Lead == due.Lead.Text && attempt.NotifiedDate.Revision == date!.Revision))
            {
                // without a date there are no leads
                passed.Add(new PassedLead(++count, due.Lead.Text, due.DueAt, date!));
            }
        }

        (clock, highest) = (until, Instant.Max(highest, until));
    }

    private void Tell(string what) => story.Add(string.Create(CultureInfo.InvariantCulture,
        $"{clock:uuuu-MM-dd HH:mm:ss} {what}"));

    /// <param name="Count">Sequence number among all events of the chain.</param>
    /// <param name="Own">The lead's own instant.</param>
    private sealed record PassedLead(long Count, string Lead, Instant Own, KeyDate State)
    {
        /// <summary>False when it may have needed no short notice.</summary>
        public bool MayOvertake { get; init; } = true;
    }
}
