using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support.Chains;

/// <summary>
/// One subscriber and one date on the pure rules alone: what a store would do, in lists. Changes are followed at once,
/// and time jumps from one relevant instant to the next.
/// </summary>
/// <param name="hold">How long a correction waits after its change.</param>
internal sealed class InMemoryLedger(Instant start, Duration hold) : IChainHost
{
    private readonly List<DateVersion> history = [];
    private readonly List<InMemoryRow> rows = [];
    private readonly List<(Instant RecordedAt, SubscriptionStatus Status)> recorded = [];
    private Subscription? subscription;
    private long order;

    public Instant Now { get; private set; } = start;

    /// <summary>The result of each attempt.</summary>
    public Func<OutboundAlert, Task<SendResult>> Answer { get; set; } = _ =>
        Task.FromResult<SendResult>(new Delivered(200, "ok"));

    private DateVersion Current => history[^1];

    public Task SettleAsync() => SendDueAsync();

    public Task<KeyDate> SaveAsync(KeyDate wanted)
    {
        var before = history.LastOrDefault();
        if (DateVersion.Next(before, wanted, null, Now)?.Recorded(++order, before) is { } next)
        {
            history.Add(next);
            Follow(next, before);
        }

        return Task.FromResult(Current.KeyDate);
    }

    public Task<Subscription> SubscribeAsync(Preferences preferences)
    {
        subscription = new Subscription("sub_1", Subscribing.Email, "reader@example.com", SubscriptionStatus.Active,
            Now, Now, preferences, 1, []);
        return Task.FromResult(subscription);
    }

    public Task EditAsync(Subscription _, Preferences preferences)
    {
        var before = subscription!.Preferences; // an edit requires a subscription
        subscription = subscription with { Preferences = preferences, Since = Now, IsEdited = true };
        if (history.Count == 0)
        {
            return Task.CompletedTask;
        }

        var reminders = rows.Where(row => row.Kind == AlertKind.Reminder
            && row.Revision == Current.KeyDate.Revision).ToList();
        var edits = new ReminderEdits(
            Current, before, preferences, Owed.Leads(Current, before), Owed.Leads(Current, preferences),
            [.. reminders.Select(row => new EditedRow(row.Lead, row.State, row.DueAt, row.Expires, row.NextAt,
                row.Log is not null, row.Reason))], Now, WasLost);
        foreach (var edit in edits.Changes())
        {
            Apply(edit);
        }

        return Task.CompletedTask;
    }

    public Task EndAsync(Subscription _)
    {
        subscription = subscription! with { Status = SubscriptionStatus.Ended }; // an end requires a subscription
        recorded.Add((Now, SubscriptionStatus.Ended));
        rows.Where(row => row.NextAt is not null).ToList().ForEach(row =>
            row.End(DeliveryState.Void, EndReasons.Unsubscribed));
        return Task.CompletedTask;
    }

    public Task ResumeAsync(Subscription _)
    {
        subscription = subscription! with { Status = SubscriptionStatus.Active, Since = Now }; // it has ended
        recorded.Add((Now, SubscriptionStatus.Active));
        if (history.Count == 0)
        {
            return Task.CompletedTask;
        }

        foreach (var row in rows.Where(row => row.Kind == AlertKind.Reminder && row.State == DeliveryState.Void
            && row.Reason == EndReasons.Unsubscribed && row.Revision == Current.KeyDate.Revision))
        {
            if (Resumption.NextAt(
                row.DueAt, row.Expires, row.Log is not null, Resumption.Pauses(recorded), Now) is { } nextAt)
            {
                row.Queue(nextAt);
            }
        }

        if (Knowing().CorrectionOwed(Current.KeyDate, Instant.Max(Now, Current.MovedAt)) is not null)
        {
            QueueCorrection();
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Delivery>> RowsAsync(Subscription _) => Task.FromResult<IReadOnlyList<Delivery>>(
        [.. rows.Select(row => new Delivery(
            row.Lead, "sub_1", "email", Current.KeyDate.Id, row.Revision, row.Kind, row.Lead, row.DueAt, row.Expires,
                row.State, row.Reason, row.NextAt,
            AttemptLog.Read(row.Log)))]);

    public async Task RunUntilAsync(Instant until)
    {
        await SendDueAsync();
        while (NextInstant() is { } next && next <= until)
        {
            Pass(next);
            await SendDueAsync();
        }

        Pass(until);
        await SendDueAsync();
    }

    /// <summary>
    /// Advances time and sends nothing. As in a store, what falls due gets a row, and a void row waits again.
    /// </summary>
    public void Pass(Instant until)
    {
        if (history.Count > 0 && subscription is { IsOwedAlerts: true })
        {
            foreach (var due in Owed.Reminders(Current, subscription.Preferences).Where(due => due.DueAt > Now
                && due.DueAt <= until))
            {
                if (Find(AlertKind.Reminder, Current.KeyDate.Revision, due.Lead.Text) is not { } row
                    || row.State == DeliveryState.Void)
                {
                    Apply(RowEdit.Of(due));
                }
            }
        }

        Now = until;
    }

    public void SetBackTo(Instant earlier) => Now = earlier;

    private void Follow(DateVersion version, DateVersion? before)
    {
        if (Corrections.AreOwedFor(version))
        {
            rows.Where(row => row.NextAt is not null && row.Revision < version.KeyDate.Revision).ToList()
                .ForEach(row => row.End(DeliveryState.Void, EndReasons.Superseded));
            if (subscription is { IsOwedAlerts: true } && Corrections.IsOwedBy(version, Knowing()))
            {
                Add(Corrections.KindFor(version), "-", Now, null, Now + hold);
            }
        }

        if (subscription is { IsOwedAlerts: true, Preferences: var preferences }
            && Owed.GivesShortNotice(version, before, preferences)
            && Owed.NoticeAt(version, preferences, Now) is { } notice
                && Owed.IsNoticeOwedBy(version, Knowing(), notice))
        {
            Apply(new RowEdit(notice.Due.Lead.Text, notice.Due.DueAt, notice.Due.Expires, notice.Due.DueAt, null));
        }
    }

    private void QueueCorrection()
    {
        var kind = Corrections.KindFor(Current);
        if (Find(kind, Current.KeyDate.Revision, "-") is not { } row)
        {
            Add(kind, "-", Current.MovedAt, null, Now);
        }
        else if (row.State is DeliveryState.Void or DeliveryState.Failed)
        {
            row.Failures = 0;
            row.Queue(Now);
        }
    }

    /// <summary>Whether a lead was owed in an older revision that is the same to readers, and was not sent.</summary>
    private bool WasLost(DueReminder due) =>
        rows.Any(row => row.Kind == AlertKind.Reminder && row.Lead == due.Lead.Text && row.State == DeliveryState.Void
            && row.Revision < Current.KeyDate.Revision && ByRevision()[row.Revision].IsSameToReaders(Current.KeyDate))
        && Owed.IsNoticeOwed(Knowing(), Current, new ShortNotice(due, due.DueAt));

    private void Apply(RowEdit edit)
    {
        var row = Find(AlertKind.Reminder, Current.KeyDate.Revision, edit.Lead);
        if (edit.VoidReason is { } reason)
        {
            row?.End(DeliveryState.Void, reason);
        }
        else if (row is null)
        {
            Add(AlertKind.Reminder, edit.Lead, edit.DueAt, edit.Expires, edit.NextAt);
        }
        else if (row.State == DeliveryState.Void || row.NextAt is not null)
        {
            (row.DueAt, row.Expires) = (edit.DueAt, edit.Expires);
            row.Queue(edit.NextAt);
        }
    }

    private async Task SendDueAsync()
    {
        var skipped = new HashSet<InMemoryRow>();
        while (rows.Where(row => row.NextAt <= Now && !skipped.Contains(row)).MinBy(row => row.NextAt) is { } row)
        {
            var due = new DueRow(row.Revision, row.Kind, row.Lead, row.DueAt, row.Expires, row.Log is null, false,
                null);
            switch (PreSendCheck.Of(due, subscription!, new Context(this, row), Now)) // a row requires a subscription
            {
                case SendDecision.Send send:
                    await SendAsync(row, (OutboundAlert)send.Message);
                    break;
                case SendDecision.End end:
                    row.End(end.State, end.Reason);
                    break;
                case SendDecision.Wait wait:
                    (row.NextAt, row.DueAt, row.Expires) = (wait.Until, wait.DueAt, wait.Expires);
                    break;
                default:
                    skipped.Add(row);
                    break;
            }
        }
    }

    private async Task SendAsync(InMemoryRow row, OutboundAlert alert)
    {
        (row.State, row.NextAt, row.AttemptAt, row.Begun) = (DeliveryState.Sending, null, Now, ++order);
        var result = await Answer(alert);
        var outcome = Outcome.Of(result, isVerification: false, row.Failures, Now, row.Expires, 0);
        row.Log = AttemptLog.Append(row.Log, new Attempt(Now, result.Status, 5, result.Response)
        {
            Begun = row.Begun,
            Ended = ++order,
            Outcome = result.Outcome,
            DueAt = row.DueAt,
            Expires = row.Expires,
        });
        (row.State, row.NextAt, row.Reason) = (outcome.State, outcome.NextAt, outcome.Reason);
        row.Failures += outcome.IsFailure ? 1 : 0;
        if (row.State == DeliveryState.Retrying && row.Revision < Current.KeyDate.Revision)
        {
            row.End(DeliveryState.Void, EndReasons.Superseded);
        }
    }

    private Instant? NextInstant()
    {
        var dues = history.Count > 0 && subscription is { IsOwedAlerts: true }
            ? Owed.Reminders(Current, subscription.Preferences).Select(due => due.DueAt) : [];
        return rows.Select(row => row.NextAt).OfType<Instant>().Concat(dues).Where(at => at > Now).Select(at =>
            (Instant?)at).DefaultIfEmpty().Min();
    }

    private IReadOnlyDictionary<int, KeyDate> ByRevision() => Corrections.ByRevision(history);

    private Knowledge Knowing() => Knowledge.Of(NotificationRows().SelectMany(row => row.Attempts(ByRevision())));

    private IEnumerable<NotificationRow> NotificationRows() => rows.Where(row => row.Log is not null
        || row.State == DeliveryState.Sending)
        .Select(row => new NotificationRow(row.Revision, row.Log, row.State, row.NextAt, row.AttemptAt, row.Begun));

    private InMemoryRow? Find(AlertKind kind, int revision, string lead) =>
        rows.Find(row => row.Kind == kind && row.Revision == revision && row.Lead == lead);

    private void Add(AlertKind kind, string lead, Instant dueAt, Instant? expires, Instant nextAt) => rows.Add(
        new(Current.KeyDate.Revision, kind, lead) { DueAt = dueAt, Expires = expires, NextAt = nextAt });

    private sealed class Context(InMemoryLedger ledger, InMemoryRow row) : IPreSendContext
    {
        public DateVersion Current => ledger.Current;

        public IReadOnlyList<DateVersion> History => ledger.history;

        // A row requires a subscription.
        public IReadOnlyList<DueReminder> Leads => Owed.Leads(ledger.Current, ledger.subscription!.Preferences);

        public bool IsBeingSent => ledger.rows.Exists(other => other != row && other.State == DeliveryState.Sending);

        public IEnumerable<NotificationRow> Notifications => ledger.NotificationRows();

        public IReadOnlyList<SiblingReminder> Siblings => [.. ledger.rows
            .Where(other => other != row && other.Kind == AlertKind.Reminder && other.Revision == row.Revision)
            .Select(other => new SiblingReminder(other.Lead, other.DueAt, other.State))];
    }
}
