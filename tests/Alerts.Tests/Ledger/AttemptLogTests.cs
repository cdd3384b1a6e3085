using Alerts.Ledger;

namespace Alerts.Tests.Ledger;

public sealed class AttemptLogTests
{
    private static readonly Instant At = Instant.FromUnixTimeMilliseconds(1_000);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var attempt = new Attempt(At, 500, 12, "no\nthanks")
        {
            Begun = 7,
            Ended = 9,
            Outcome = AttemptOutcome.Refused,
            DueAt = At,
            Expires = At + Duration.FromHours(1),
        };
        var brokenOff = Attempt.BrokenOff(At) with { Begun = 10, Ended = 11 };
        Assert.Equal([attempt, brokenOff], AttemptLog.Read(AttemptLog.Append(AttemptLog.Line(attempt), brokenOff)));
    }

    [Fact]
    public void Lines_of_earlier_versions_have_an_inferred_outcome_and_come_first()
    {
        const string old =
            """
            {"at":1000,"status":500,"ms":3,"response":"no"}
            {"at":2000,"status":null,"ms":null,"response":"broken off"}
            {"at":3000,"status":200,"ms":4,"response":null}
            """;
        var attempts = AttemptLog.Of(old, DeliveryState.Void, null, null, null);
        Assert.Equal(
            [(AttemptOutcome?)AttemptOutcome.Refused, AttemptOutcome.Unknown, AttemptOutcome.Delivered],
            attempts.Select(attempt => attempt.Outcome));
        Assert.Equal(attempts.OrderBy(attempt => attempt.Begun).Select(attempt => attempt.At),
            attempts.Select(attempt => attempt.At));
        Assert.All(attempts, attempt => Assert.True(attempt.Begun < attempt.Ended && attempt.Ended < 0));
    }

    [Fact]
    public void The_last_attempt_of_a_delivered_row_was_delivered_also_without_a_status()
    {
        const string old = """{"at":1000,"status":null,"ms":3,"response":"written to outbox"}""";
        Assert.Equal(AttemptOutcome.Delivered, Assert.Single(
            AttemptLog.Of(old, DeliveryState.Delivered, null, At, null)).Outcome);
        Assert.Equal(AttemptOutcome.Unknown, Assert.Single(
            AttemptLog.Of(old, DeliveryState.Void, null, At, null)).Outcome);
    }

    [Fact]
    public void The_attempt_under_way_is_the_last_one()
    {
        var underWay = Assert.Single(AttemptLog.Of(null, DeliveryState.Sending, null, At, 5));
        Assert.Equal((AttemptOutcome.Unknown, 5, null), (underWay.Outcome, underWay.Begun, underWay.Ended));
        // An attempt in doubt has ended and is already in the log.
        Assert.Empty(AttemptLog.Of(null, DeliveryState.Sending, At, At, 5));
    }

    [Fact]
    public void Later_news_changes_the_last_attempt_only()
    {
        var log = AttemptLog.Append(AttemptLog.Line(Attempt.BrokenOff(At)),
            new Attempt(At, null, 3, "in doubt") { Outcome = AttemptOutcome.Unknown });
        var attempts = AttemptLog.Read(AttemptLog.Answered(log, null, AttemptOutcome.Delivered));
        Assert.Equal([(AttemptOutcome?)AttemptOutcome.Unknown, AttemptOutcome.Delivered],
            attempts.Select(attempt => attempt.Outcome));
        Assert.Equal("in doubt", attempts[1].Response);
    }
}
