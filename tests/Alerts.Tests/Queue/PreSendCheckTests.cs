using Alerts.Core;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Queue;

/// <summary>
/// Tests what becomes of a due alert, given the subscription and the other alerts of the date. The subscriber was
/// reminded of 10 November 2025, 12:00 UTC; then the date moved to 20 November.
/// </summary>
public sealed class PreSendCheckTests
{
    private static readonly Instant Now = World.Utc("2025-11-13 09:00");
    private static readonly DateVersion Added = Version(1, "2025-11-10 12:00", DateChange.Added);
    private static readonly DateVersion Moved = Version(2, "2025-11-20 12:00", DateChange.Moved);

    [Theory]
    [InlineData(SubscriptionStatus.Active, "send")]
    [InlineData(SubscriptionStatus.Disabled, "Failed (endpoint disabled)")]
    [InlineData(SubscriptionStatus.Ended, "Void (unsubscribed)")]
    internal void Nothing_is_sent_after_the_end(SubscriptionStatus status, string decision)
    {
        Assert.Equal(decision, Decide(AlertKind.Reminder, "P7D", status));
        Assert.Equal(decision, Decide(AlertKind.Rescheduled, "-", status));
    }

    [Fact]
    public void A_correction_waits_while_another_alert_of_the_date_is_being_sent()
    {
        Assert.Equal("later", Decide(AlertKind.Rescheduled, "-", isBeingSent: true));
        Assert.Equal("send", Decide(AlertKind.Reminder, "P7D", isBeingSent: true));
    }

    private static string Decide(AlertKind kind, string lead, SubscriptionStatus status = SubscriptionStatus.Active,
        bool isBeingSent = false)
    {
        var subscription = new Subscription("sub_1", Subscribing.Email, "reader@example.com", status,
            Added.RecordedAt, Added.RecordedAt, World.Preferences("P7D"), 1, []);
        var row = new DueRow(2, kind, lead, Now, null, IsFirstAttempt: true, IsResent: false, null);
        return PreSendCheck.Of(row, subscription, new Facts(isBeingSent), Now) switch
        {
            SendDecision.Send => "send",
            SendDecision.Later => "later",
            SendDecision.End end => $"{end.State} ({end.Reason})",
            var other => other.ToString(),
        };
    }

    private static DateVersion Version(int number, string when, DateChange change)
    {
        var at = World.Utc("2025-11-01 00:00");
        return new DateVersion(number, at, at, change, null, new KeyDate("date", "Date", null, [],
            World.MomentOf(when), null, DateStatus.Confirmed, null, null, number))
        {
            Order = number * 10,
        };
    }

    private sealed class Facts(bool isBeingSent) : IPreSendContext
    {
        public DateVersion Current => Moved;

        public IReadOnlyList<DateVersion> History => [Added, Moved];

        public IReadOnlyList<DueReminder> Leads => Owed.Leads(Moved, World.Preferences("P7D"));

        public bool IsBeingSent => isBeingSent;

        public IEnumerable<NotificationRow> Notifications =>
        [
            new NotificationRow(1, AttemptLog.Append(null, new Attempt(World.Utc("2025-11-03 09:00"), 200, 5, "ok")
            {
                Begun = 11,
                Ended = 12,
                Outcome = AttemptOutcome.Delivered,
            }), DeliveryState.Delivered, null, null, 11),
        ];

        public IReadOnlyList<SiblingReminder> Siblings => [];
    }
}
