using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

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

    // The lead's own instant is 13 November, 09:00.
    [Theory]
    [InlineData("2025-11-14 10:00", "2025-11-14 10:00", true)]
    [InlineData("2025-11-14 10:00", "2025-11-01 00:00", false)]
    [InlineData("2025-11-13 09:00", "2025-11-14 10:00", false)]
    public void A_reminder_is_at_short_notice_if_its_date_became_known_after_the_lead(
        string dueAt, string recordedAt, bool isShort)
    {
        var facts = Facts(isBeingSent: false, Moved with { RecordedAt = World.Utc(recordedAt) });
        var decision = PreSendCheck.Of(
            Row(AlertKind.Reminder, "P7D") with { DueAt = World.Utc(dueAt) }, Reader(), facts,
            World.Utc("2025-11-14 10:00"));
        var message = Assert.IsType<SendDecision.Send>(decision).Message;
        Assert.Equal(isShort, Assert.IsType<OutboundAlert>(message).IsShortNotice);
    }

    private static string Decide(AlertKind kind, string lead, SubscriptionStatus status = SubscriptionStatus.Active,
        bool isBeingSent = false)
    {
        return PreSendCheck.Of(Row(kind, lead), Reader(status), Facts(isBeingSent, Moved), Now) switch
        {
            SendDecision.Send => "send",
            SendDecision.Later => "later",
            SendDecision.End end => $"{end.State} ({end.Reason})",
            var other => other.ToString(),
        };
    }

    private static DueRow Row(AlertKind kind, string lead) =>
        new(2, kind, lead, Now, null, IsFirstAttempt: true, IsResent: false, null);

    private static Subscription Reader(SubscriptionStatus status = SubscriptionStatus.Active) =>
        new("sub_1", Subscribing.Email, "reader@example.com", status, Added.RecordedAt, Added.RecordedAt,
            World.Preferences("P7D"), 1, []);

    private static DateVersion Version(int number, string when, DateChange change)
    {
        var at = World.Utc("2025-11-01 00:00");
        return new DateVersion(number, at, at, change, null, new KeyDate("date", "Date", null, [],
            World.MomentOf(when), null, DateStatus.Confirmed, null, null, number))
        {
            Order = number * 10,
        };
    }

    private static FakePreSendContext Facts(bool isBeingSent, DateVersion current) => new()
    {
        Current = current,
        History = [Added, Moved],
        Leads = Owed.Leads(Moved, World.Preferences("P7D")),
        IsBeingSent = isBeingSent,
        Notifications =
        [
            new NotificationRow(1, AttemptLog.Append(null, new Attempt(World.Utc("2025-11-03 09:00"), 200, 5, "ok")
            {
                Begun = 11,
                Ended = 12,
                Outcome = AttemptOutcome.Delivered,
            }), DeliveryState.Delivered, null, null, 11),
        ],
    };
}
