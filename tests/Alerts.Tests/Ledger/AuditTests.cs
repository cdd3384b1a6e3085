using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Ledger;

/// <summary>
/// One subscription and one date of 10 November, 12:00, followed a day ahead; it moves to December on 9 November at 09:00:00, when the
/// reminder is due.
/// </summary>
public sealed class AuditTests
{
    private static readonly Instant DueAt = World.Utc("2025-11-09 09:00");
    private static readonly Preferences Preferences = World.Preferences("P1D");

    [Theory]
    // unseen, attempt after the change, both in milliseconds
    [InlineData(0, -1, true)]
    [InlineData(0, 0, true)] // at the same instant: nobody can tell which was first
    [InlineData(0, 1, false)]
    [InlineData(5_000, 4_999, true)]
    [InlineData(5_000, 5_000, false)]
    public void An_attempt_for_the_old_date_is_right_until_its_sender_can_have_seen_the_change(int unseen, int after, bool isRight)
    {
        var attempt = new AuditRow(
            new AlertName(1, AlertKind.Reminder, "P1D"), DueAt - Duration.FromDays(1), null, DeliveryState.Delivered, false, [DueAt + Duration.FromMilliseconds(after)]);

        var count = Judge(unseen, [Version(1, "2025-11-10", "2025-11-01 00:00", DateChange.Added), Version(2, "2025-12-10", "2025-11-09 09:00", DateChange.Moved)], attempt);

        Assert.Equal(isRight ? 0 : 1, count.Unexpected);
    }

    [Fact]
    public void Of_two_changes_at_once_the_middle_one_may_have_been_told()
    {
        var attempt = new AuditRow(new AlertName(2, AlertKind.Rescheduled, "-"), DueAt, null, DeliveryState.Delivered, false, [DueAt + Duration.FromSeconds(3)]);
        DateVersion[] history =
        [
            Version(1, "2025-11-10", "2025-11-01 00:00", DateChange.Added), Version(2, "2025-12-10", "2025-11-09 09:00", DateChange.Moved),
            Version(3, "2026-01-10", "2025-11-09 09:00", DateChange.Moved, secondsLater: 2),
        ];
        var told = new AuditRow(new AlertName(1, AlertKind.Reminder, "P1D"), DueAt, null, DeliveryState.Delivered, false, [DueAt]);

        Assert.Equal(0, Judge(5_000, history, told, attempt).Unexpected);
        Assert.Equal(1, Judge(0, history, told, attempt).Unexpected);
    }

    [Fact]
    public void What_was_owed_and_stands_nowhere_is_missing() =>
        Assert.Equal(1, Judge(0, [Version(1, "2025-11-10", "2025-11-01 00:00", DateChange.Added)]).Missing);

    [Fact]
    public void An_attempt_for_what_nobody_was_owed_is_unexpected()
    {
        var attempt = new AuditRow(new AlertName(1, AlertKind.Reminder, "P2D"), DueAt, null, DeliveryState.Delivered, false, [DueAt]);

        Assert.Equal(1, Judge(5_000, [Version(1, "2025-11-10", "2025-11-01 00:00", DateChange.Added)], attempt).Unexpected);
    }

    private static AuditCount Judge(int unseen, IReadOnlyList<DateVersion> date, params IReadOnlyList<AuditRow> rows)
    {
        var since = World.Utc("2025-10-01 00:00");
        var count = new AuditCount { About = ("sub_1", "truce") };
        new Audit((version, schedule) => Owed.Reminders(version, schedule.Preferences), Duration.FromMilliseconds(unseen)).Judge(
            date, [new SubscriptionVersion(since, SubscriptionStatus.Active, since, new PreferenceSet("1", Preferences))], rows, null, World.Utc("2025-11-30 00:00"), count);
        return count;
    }

    private static DateVersion Version(int number, string day, string recordedAt, DateChange change, int secondsLater = 0)
    {
        var at = World.Utc(recordedAt) + Duration.FromSeconds(secondsLater);
        var when = new Moment(World.Utc(day + " 12:00").InUtc().Date, new LocalTime(12, 0), DateTimeZone.Utc);
        return new DateVersion(number, at, at, change, null, new KeyDate("truce", "A date", null, [], when, null, DateStatus.Confirmed, null, null, number));
    }
}
