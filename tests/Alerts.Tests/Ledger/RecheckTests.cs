using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Alerts.Tests.Queue;

namespace Alerts.Tests.Ledger;

/// <summary>
/// Tests whether a reminder that is due is still owed. The date is 10 November 2025, 12:00 UTC; the row is due at the
/// instant of its lead. Other rows are written <c>LEAD STATE</c>, separated by commas.
/// </summary>
public sealed class RecheckTests
{
    private static readonly DateVersion Version = new(
        1, World.Utc("2025-10-01 00:00"), World.Utc("2025-10-01 00:00"), DateChange.Added, null, new KeyDate(
        "date", "Date", null, [], new Moment(new LocalDate(2025, 11, 10), new LocalTime(12, 0), DateTimeZone.Utc), null,
            DateStatus.Confirmed, null, null, 1));

    [Theory]
    [InlineData("P7D P3D", "2025-11-03 09:00", "", "send")]
    [InlineData("P7D P3D", "2025-11-03 08:59", "", "wait")]
    [InlineData("P7D P3D", "2025-11-07 09:00", "", "void")] // the nearer reminder is due; its row does not exist yet
    [InlineData("P7D P3D", "2025-11-07 09:00", "P3D Queued", "void")]
    [InlineData("P7D P3D", "2025-11-07 09:00", "P3D Delivered", "void")]
    [InlineData("P7D P3D", "2025-11-07 09:00", "P3D Void", "send")] // a void row overtakes nothing
    [InlineData("P7D P3D P1D", "2025-11-09 09:00", "P3D Void, P1D Void", "send")]
    [InlineData("P7D P3D P1D", "2025-11-09 09:00", "P3D Void, P1D Retrying", "void")]
    [InlineData("P3D", "2025-11-03 09:00", "", "void")] // not requested
    public void Only_a_nearer_reminder_that_is_owed_overtakes(
        string leads, string now, string others, string decision) =>
        Assert.Equal(decision, Decide("P7D", leads, now, others, since: "2025-10-01 00:00"));

    [Fact]
    public void A_nearer_one_that_had_passed_before_the_subscription_overtakes_only_with_a_row()
    {
        Assert.Equal("send", Decide("P7D", "P7D P3D", "2025-11-07 10:00", "", since: "2025-11-07 09:30"));
        Assert.Equal("void", Decide("P7D", "P7D P3D", "2025-11-07 10:00", "P3D Queued", since: "2025-11-07 09:30"));
    }

    [Theory]
    [InlineData("Delivered", "02 09:00", "send")] // nearer only because the hour was edited, and ended before
    [InlineData("Failed", "02 09:00", "send")]
    [InlineData("Delivered", "04 09:00", "void")]
    [InlineData("Retrying", "02 09:00", "void")]
    public void One_that_had_ended_before_the_instant_does_not_overtake(string state, string dueAt, string decision) =>
        Assert.Equal(decision, Decide("P7D", "P7D P3D", "2025-11-07 09:00", "P3D " + state, since: "2025-10-01 00:00",
            othersDueAt: "2025-11-" + dueAt));

    [Theory]
    [InlineData("P3D Delivered", "07 09:00", "void")]
    [InlineData("P3D Failed", "07 09:00", "void")]
    [InlineData("P3D Delivered", "02 09:00", "send")] // nearer only because the hour was edited
    [InlineData("P3D Retrying", "07 09:00", "send")]
    [InlineData("P3D Void", "07 09:00", "send")]
    [InlineData("P9D Delivered", "04 09:00", "send")] // not nearer, only sent late
    [InlineData("P1D Delivered", "07 09:00", "send")] // not due yet: the clock was set back
    public void A_removed_one_overtakes_by_the_outcome_it_had(string other, string dueAt, string decision) =>
        Assert.Equal(decision, Decide("P7D", "P7D", "2025-11-07 10:00", other, since: "2025-10-01 00:00",
            othersDueAt: "2025-11-" + dueAt));

    [Theory]
    [InlineData("1BD P7D", "1BD Delivered", "void")] // sent under the lead that an edit removed
    [InlineData("1BD P7D", "1BD Sending", "later")]
    [InlineData("1BD P7D", "1BD Retrying", "send")] // no longer requested: this reminder replaces it
    [InlineData("1BD P7D", "", "send")]
    public void Rows_of_one_instant_are_one_alert(string _, string others, string decision) =>
        Assert.Equal(decision, Decide("P7D", "P7D", "2025-11-03 09:00", others, since: "2025-10-01 00:00"));

    [Theory]
    [InlineData("PT171H", "", "void")] // due at the same instant, and after P7D in text order
    [InlineData("PT171H", "P7D Queued", "void")]
    [InlineData("PT171H", "P7D Delivered", "wait")]
    [InlineData("P7D", "PT171H Queued", "wait")]
    public void Of_two_leads_of_one_instant_ahead_one_waits(string lead, string others, string decision) =>
        Assert.Equal(decision, Decide(lead, "P7D PT171H", "2025-11-03 08:00", others, since: "2025-10-01 00:00"));

    [Theory]
    [InlineData(true, "2025-11-03 23:00", "wait")]
    [InlineData(false, "2025-11-03 23:00", "send")] // a retry is not held
    [InlineData(true, "2025-11-03 21:00", "send")]
    public void Quiet_hours_hold_a_late_first_attempt(bool isFirst, string now, string decision) =>
        Assert.Equal(decision, Decide("P7D", "P7D", now, "", since: "2025-10-01 00:00", isFirst: isFirst,
            quiet: "22:00-07:00"));

    [Fact]
    public void Quiet_hours_that_begin_within_ten_minutes_after_the_instant_hold_nothing() =>
        Assert.Equal("send", Decide("P7D", "P7D", "2025-11-03 09:10", "", since: "2025-10-01 00:00", isFirst: true,
            quiet: "09:05-10:00"));

    private static string Decide(string lead, string leads, string now, string others, string since,
        string othersDueAt = "2025-11-03 09:00", bool isFirst = false, string? quiet = null)
    {
        var preferences = World.Preferences(leads, quiet: quiet);
        var row = new DueRow(
            1, AlertKind.Reminder, lead, World.Utc("2025-11-03 09:00"), World.Utc("2025-11-10 12:00"), isFirst,
            IsResent: false, null);
        var subscription = new Subscription("sub_1", Subscribing.Email, "reader@example.com", SubscriptionStatus.Active,
            World.Utc(since), World.Utc(since), preferences, 1, [])
        {
            IsEdited = true,
        };
        var siblings = others.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(' '))
            .Select(parts => new SiblingReminder(
                parts[0], World.Utc(othersDueAt), Enum.Parse<DeliveryState>(parts[1]))).ToList();
        var facts = new FakePreSendContext
        {
            Current = Version,
            Leads = Owed.Leads(Version, preferences),
            Siblings = siblings,
        };
        return Recheck.Of(row, subscription, facts, World.Utc(now)) switch
        {
            null => "send",
            SendDecision.End { State: DeliveryState.Void } => "void",
            SendDecision.Later => "later",
            SendDecision.Wait => "wait",
            var other => other.ToString(),
        };
    }
}
