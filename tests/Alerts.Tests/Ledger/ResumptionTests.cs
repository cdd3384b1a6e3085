using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Ledger;

/// <summary>
/// Tests which reminders wait again when a subscription is resumed on 10 November 2025, 12:00 UTC. It had ended from
/// 09:00 to 10:00, and again from 11:00.
/// </summary>
public sealed class ResumptionTests
{
    [Theory]
    [InlineData("08:30", "20:00", false, "12:00")]
    [InlineData("09:00", "20:00", false, "12:00")] // fell due before the end
    [InlineData("09:30", "20:00", false, null)]
    [InlineData("10:00", "20:00", false, null)]
    [InlineData("10:30", "20:00", false, "12:00")] // between the ends
    [InlineData("11:30", "20:00", false, null)]
    [InlineData("11:30", "20:00", true, "12:00")] // a retry fell due before the end
    [InlineData("12:00", "20:00", false, null)]
    [InlineData("14:00", "20:00", false, "14:00")] // still ahead
    [InlineData("08:30", "12:00", false, "12:00")]
    [InlineData("08:30", "11:59", false, null)] // expired meanwhile
    public void What_fell_due_while_ended_is_not_sent(string dueAt, string expires, bool wasAttempted, string? nextAt)
    {
        IReadOnlyList<Interval> pauses = [new(At("09:00"), At("10:00")), new(At("11:00"), At("12:00"))];

        Assert.Equal(nextAt is null ? null : At(nextAt),
            Resumption.NextAt(At(dueAt), At(expires), wasAttempted, pauses, At("12:00")));
    }

    [Fact]
    public void A_pause_that_ends_before_it_began_counts_for_nothing() => // the clock was set back
        Assert.Equal([new Interval(At("09:00"), At("10:00"))], Resumption.Pauses(
        [
            (At("08:00"), SubscriptionStatus.Active),
            (At("09:00"), SubscriptionStatus.Ended),
            (At("10:00"), SubscriptionStatus.Active),
            (At("11:00"), SubscriptionStatus.Ended),
            (At("10:30"), SubscriptionStatus.Active),
        ]));

    private static Instant At(string time) => World.Utc("2025-11-10 " + time);
}
