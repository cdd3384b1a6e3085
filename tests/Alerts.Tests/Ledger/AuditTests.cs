using Alerts.Audit;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Ledger;

/// <summary>
/// Tests the audit of one subscription to a date on 10 November, 12:00, with a lead of one day. In most cases
/// the date moves to December on 9 November at 09:00:00, when the reminder is due. Numbers are positions in
/// the order of recording.
/// </summary>
public sealed class AuditTests
{
    private static readonly Instant DueAt = World.Utc("2025-11-09 09:00");

    private static readonly DateVersion Added = Version(1, 1, "2025-11-10", "2025-11-01 00:00", DateChange.Added);
    private static readonly DateVersion Moved = Version(2, 20, "2025-12-10", "2025-11-09 09:00", DateChange.Moved);
    private static readonly AlertName Reminder = new(1, AlertKind.Reminder, "P1D");
    private static readonly AlertName Correction = new(2, AlertKind.Rescheduled, "-");

    [Theory]
    [InlineData(0, 0, 19, true)]
    [InlineData(0, 0, 21, false)] // in the same millisecond, but recorded later
    [InlineData(5_000, 4_999, 21, true)]
    [InlineData(5_000, 5_000, 21, false)]
    public void An_attempt_for_the_old_date_is_right_until_its_sender_can_have_seen_the_change(int unseen, int after,
        long begun, bool isRight)
    {
        var attempt = Attempt(begun, begun + 5, AttemptOutcome.Delivered, DueAt + Duration.FromMilliseconds(after));

        var count = Judge(unseen, [Added, Moved], Row(Reminder, DueAt, DeliveryState.Delivered, attempt),
            Row(Correction, DueAt, DeliveryState.Queued));

        Assert.Equal(isRight ? 0 : 1, count.Unexpected);
    }

    [Fact]
    public void Without_a_recorded_order_nobody_can_tell_which_of_the_same_millisecond_came_first()
    {
        DateVersion[] history = [Added with { Order = 0 }, Moved with { Order = 0 }];
        var attempt = new Attempt(DueAt, 200, 5, "ok")
        {
            Outcome = AttemptOutcome.Delivered,
            Begun = AttemptLog.OrderOf(DueAt),
            Ended = AttemptLog.OrderOf(DueAt) + 5
        };

        var count = Judge(
            0, history, [Asks("P1D", "09:00", 0, "2025-10-01 00:00")],
            Row(Reminder, DueAt, DeliveryState.Delivered, attempt), Row(Correction, DueAt, DeliveryState.Queued));

        Assert.Equal(0, count.Unexpected);
    }

    [Fact]
    public void Of_two_changes_at_once_the_middle_one_may_have_been_told()
    {
        var again = Version(3, 21, "2026-01-10", "2025-11-09 09:00", DateChange.Moved, secondsLater: 2);
        var told = Row(Reminder, DueAt, DeliveryState.Delivered, Attempt(10, 11, AttemptOutcome.Delivered, DueAt));
        var middle = Row(Correction, DueAt, DeliveryState.Delivered,
            Attempt(22, 23, AttemptOutcome.Delivered, DueAt + Duration.FromSeconds(3)));

        Assert.Equal(0, Judge(5_000, [Added, Moved, again], told, middle).Unexpected);
        Assert.Equal(1, Judge(0, [Added, Moved, again], told, middle).Unexpected);
    }

    [Fact]
    public void What_was_owed_and_is_in_no_row_is_missing() => Assert.Equal(1, Judge(0, [Added]).Missing);

    [Fact]
    public void A_void_reminder_that_is_owed_all_the_same_is_missing() =>
        Assert.Equal(1, Judge(0, [Added], Row(Reminder, DueAt, DeliveryState.Void) with
        { Reason = "overtaken" }).Missing);

    [Fact]
    public void A_void_correction_that_is_owed_all_the_same_is_missing()
    {
        var reminder = Row(Reminder, DueAt, DeliveryState.Retrying, Attempt(10, 11, AttemptOutcome.Refused, DueAt));

        Assert.Equal(1, Judge(0, [Added, Moved], reminder, Row(Correction, DueAt, DeliveryState.Void)).Missing);
    }

    [Fact]
    public void A_correction_needs_a_row_when_a_refused_reminder_may_have_been_read()
    {
        var reminder = Row(Reminder, DueAt, DeliveryState.Void, Attempt(10, 11, AttemptOutcome.Refused, DueAt));

        Assert.Equal(1, Judge(0, [Added, Moved], reminder).Missing);
        Assert.Equal(0, Judge(0, [Added, Moved], Row(Reminder, DueAt, DeliveryState.Void)).Missing);
    }

    [Fact]
    public void An_attempt_for_what_nobody_was_owed_is_unexpected()
    {
        var attempt = Attempt(10, 11, AttemptOutcome.Delivered, DueAt);

        Assert.Equal(1, Judge(5_000, [Added], Row(new(1, AlertKind.Reminder, "P2D"), DueAt, DeliveryState.Delivered,
            attempt)).Unexpected);
    }

    [Fact]
    public void A_correction_nobody_was_owed_is_unexpected()
    {
        var attempt = Attempt(22, 23, AttemptOutcome.Delivered, DueAt);

        Assert.Equal(1, Judge(0, [Added, Moved], Row(Correction, DueAt, DeliveryState.Delivered, attempt)).Unexpected);
    }

    [Theory]
    [InlineData(DeliveryState.Void, 1)]
    [InlineData(DeliveryState.Queued, 0)]
    [InlineData(DeliveryState.Retrying, 0)]
    [InlineData(DeliveryState.Failed, 0)]
    internal void A_last_word_that_is_not_true_is_stale_unless_a_correction_is_open_or_failed(DeliveryState correction,
        int stale)
    {
        var told = Row(Reminder, DueAt, DeliveryState.Delivered, Attempt(10, 11, AttemptOutcome.Delivered, DueAt));

        var count = Judge(0, [Added, Moved], told,
            Row(Correction, DueAt, correction) with { Reason = correction == DeliveryState.Failed ? "refused" : null });

        Assert.Equal(stale, count.Stale);
        Assert.Equal(stale == 0, count.IsClean);
    }

    [Fact]
    public void The_last_word_goes_by_the_order_of_recording_and_not_by_the_clock()
    {
        var told = Row(Reminder, DueAt, DeliveryState.Delivered, Attempt(10, 11, AttemptOutcome.Delivered, DueAt));
        var corrected = Row(Correction, DueAt, DeliveryState.Delivered,
            Attempt(22, 23, AttemptOutcome.Delivered, DueAt - Duration.FromDays(1)));

        Assert.Equal(0, Judge(0, [Added, Moved with { RecordedAt = DueAt - Duration.FromDays(1) }], told,
            corrected).Stale);
    }

    [Fact]
    public void The_last_word_of_a_date_that_has_passed_both_ways_is_left_alone()
    {
        var told = Row(Reminder, DueAt, DeliveryState.Delivered, Attempt(10, 11, AttemptOutcome.Delivered, DueAt));
        var moved = Version(2, 20, "2025-11-11", "2025-11-09 09:00", DateChange.Moved);

        Assert.Equal(0, Judge(0, [Added, moved], told, Row(Correction, DueAt, DeliveryState.Void)).Stale);
    }

    [Fact]
    public void An_attempt_is_judged_by_the_instant_that_held_when_it_began()
    {
        var first = Attempt(10, 11, AttemptOutcome.Refused, DueAt) with { DueAt = DueAt };
        var row = Row(Reminder, DueAt + Duration.FromHours(6), DeliveryState.Delivered, first,
            Attempt(30, 31, AttemptOutcome.Delivered, DueAt + Duration.FromHours(6)));

        Assert.Equal(0, Judge(0, [Added], [Asks("P1D", "09:00", 2, "2025-10-01 00:00"),
            Asks("P1D", "15:00", 25, "2025-11-09 09:01")], row).Unexpected);
    }

    [Theory]
    [InlineData(AttemptOutcome.Refused, 0)] // the correction to the moved date is still owed
    [InlineData(AttemptOutcome.Delivered, 1)] // before the lead's new instant
    internal void A_correction_goes_before_short_notice_when_topics_begin_to_match(AttemptOutcome outcome, int missing)
    {
        var early = DueAt - Duration.FromHours(1);
        DateVersion[] history =
        [
            WithTopic(Added, "tariffs"),
            WithTopic(Version(2, 20, "2025-11-09", "2025-11-08 08:00", DateChange.Moved), "elsewhere"),
            WithTopic(Version(3, 30, "2025-11-09", "2025-11-08 10:00", DateChange.Edited, revision: 2), "tariffs"),
        ];
        var told = Row(Reminder, DueAt, DeliveryState.Delivered,
            Attempt(10, 11, AttemptOutcome.Delivered, early - Duration.FromDays(1)));
        var correction = Row(Correction, early, outcome == AttemptOutcome.Refused ? DeliveryState.Retrying
            : DeliveryState.Delivered, Attempt(22, 23, outcome, early - Duration.FromDays(1)));

        var count = Judge(0, history, [Asks("P1D", "09:00", 2, "2025-10-01 00:00", topics: ["tariffs"])], told,
            correction);

        Assert.Equal(missing, count.Missing);
    }

    [Theory]
    [InlineData(AttemptOutcome.Delivered, 0)]
    [InlineData(AttemptOutcome.Refused, 1)]
    internal void Short_notice_is_not_missing_when_a_reminder_under_way_told_the_same(AttemptOutcome outcome,
        int missing)
    {
        var cancelled = Version(2, 20, "2025-11-10", "2025-11-09 09:01", DateChange.Cancelled);
        cancelled = cancelled with { KeyDate = cancelled.KeyDate with { Status = DateStatus.Cancelled } };
        var reinstated = Version(3, 30, "2025-11-10", "2025-11-09 09:02", DateChange.Reinstated);
        var reminder = Row(Reminder, DueAt, DeliveryState.Void, Attempt(10, 40, outcome, DueAt));

        Assert.Equal(missing, Judge(0, [Added, cancelled, reinstated], reminder).Missing);
    }

    [Theory]
    [InlineData("2025-11-09 09:00", 10, 0)]
    [InlineData("2025-11-09 15:00", 22, 1)]
    public void What_had_ended_before_an_edit_of_the_hour_made_it_nearer_overtakes_nothing(
        string dueAt, long begun, int unexpected)
    {
        var (ended, noon) = (World.Utc(dueAt), DueAt + Duration.FromHours(3));
        var nearer = Row(Reminder, ended, DeliveryState.Delivered,
            Attempt(begun, begun + 1, AttemptOutcome.Delivered, ended));
        var retried = Row(new(1, AlertKind.Reminder, "PT24H"), noon, DeliveryState.Delivered,
            Attempt(12, 13, AttemptOutcome.Refused, noon),
            Attempt(30, 31, AttemptOutcome.Delivered, noon + Duration.FromHours(4)));

        var count = Judge(0, [Added], [Asks("P1D PT24H", "09:00", 2, "2025-10-01 00:00"),
            Asks("P1D PT24H", "15:00", 20, "2025-11-09 12:30")], nearer, retried);

        Assert.Equal(unexpected, count.Unexpected);
    }

    [Theory]
    [InlineData("P3D", 0)] // due at the same instant as 1BD
    [InlineData("P4D", 1)]
    public void An_added_lead_may_take_the_place_of_one_removed_undelivered(string added, int unexpected)
    {
        var friday = World.Utc("2025-11-07 09:00");
        var removed = Row(new(1, AlertKind.Reminder, "1BD"), friday, DeliveryState.Void,
            Attempt(10, 11, AttemptOutcome.Refused, friday));
        var sent = Row(new(1, AlertKind.Reminder, added), friday, DeliveryState.Delivered,
            Attempt(30, 31, AttemptOutcome.Delivered, friday + Duration.FromHours(2)));

        var count = Judge(0, [Added], [Asks("1BD", "09:00", 2, "2025-10-01 00:00"),
            Asks("P5D", "09:00", 20, "2025-11-07 10:00"), Asks(added, "09:00", 25, "2025-11-07 11:00")], removed, sent);

        Assert.Equal(unexpected, count.Unexpected);
    }

    private static AuditCount Judge(int unseen, IReadOnlyList<DateVersion> date, params IReadOnlyList<AuditRow> rows) =>
        Judge(unseen, date, [Asks("P1D", "09:00", 2, "2025-10-01 00:00")], rows);

    private static AuditCount Judge(int unseen, IReadOnlyList<DateVersion> date,
        IReadOnlyList<SubscriptionVersion> subscription, params IReadOnlyList<AuditRow> rows)
    {
        var count = new AuditCount { About = ("sub_1", "truce") };
        new LedgerAudit(Duration.FromMilliseconds(unseen)).Judge(
            date, subscription, rows, null, World.Utc("2025-11-30 00:00"), count);
        return count;
    }

    private static SubscriptionVersion Asks(string leads, string at, long order, string recordedAt,
        string[]? topics = null) => new(
        World.Utc(recordedAt), SubscriptionStatus.Active, new PreferenceSet(
            leads + at, World.Preferences(leads, at: at, topics: topics)))
        {
            Order = order,
        };

    private static DateVersion WithTopic(DateVersion version, string topic) =>
        version with { KeyDate = version.KeyDate with { Topics = [topic] } };

    private static AuditRow Row(AlertName alert, Instant dueAt, DeliveryState state,
        params IReadOnlyList<Attempt> attempts) =>
        new(alert, dueAt, null, state, null, false, attempts);

    private static Attempt Attempt(long begun, long ended, AttemptOutcome outcome, Instant at) =>
        new(at, 200, 5, "ok") { Begun = begun, Ended = ended, Outcome = outcome };

    private static DateVersion Version(int number, long order, string day, string recordedAt, DateChange change,
        int secondsLater = 0, int? revision = null)
    {
        var at = World.Utc(recordedAt) + Duration.FromSeconds(secondsLater);
        var when = World.MomentOf(day + " 12:00");
        return new DateVersion(number, at, at, change, null,
            new KeyDate("truce", "A date", null, [], when, null, DateStatus.Confirmed, null, null, revision ?? number))
        {
            Order = order,
        };
    }
}
