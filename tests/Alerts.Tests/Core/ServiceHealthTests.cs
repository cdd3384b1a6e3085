using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Core;

/// <summary>Tests which failures are reported, with start time and reason, and what is logged about them.</summary>
public sealed class ServiceHealthTests : IDisposable
{
    private static readonly SqliteException Full = new("SQLite Error 13: 'database or disk is full'.", 13);
    private static readonly SqliteException Locked = new("SQLite Error 5: 'database is locked'.", 5);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly LogLines log = new();
    private readonly ILoggerFactory logs;
    private readonly ServiceHealth health;

    public ServiceHealthTests()
    {
        logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        health = new ServiceHealth(new ServiceClock(time), time, logs.CreateLogger<ServiceHealth>());
    }

    public void Dispose()
    {
        health.Dispose();
        logs.Dispose();
        log.Dispose();
    }

    [Fact]
    public void A_failing_part_is_logged_once_with_its_first_cause_and_once_when_it_works_again()
    {
        var email = health.Channel("email");
        for (var i = 0; i < 100; i++)
        {
            email.Failed($"refused {i}");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(new Failure(PartKind.Channel, "email", Instant.FromUtc(2025, 11, 1, 9, 0), "refused 0"),
            Assert.Single(health.Failures));
        Assert.False(health.IsReady);
        email.Succeeded();
        email.Succeeded();

        Assert.Empty(health.Failures);
        Assert.True(health.IsReady);
        Assert.Equal(["Error email cannot send: refused 0",
            "Information email works again; it had failed since 2025-11-01T09:00:00Z."], log.All);
    }

    [Fact]
    public void Workers_that_fail_by_the_store_share_its_failure_until_the_last_of_them_works()
    {
        var (run, claim) = (health.Worker("watch run"), health.Worker("claiming email"));
        run.Failed(Full);
        claim.Failed(Locked);
        run.Succeeded();

        var failure = Assert.Single(health.Failures);
        Assert.Equal(
            ("store", "SqliteException: SQLite Error 13: 'database or disk is full'."), (failure.Part, failure.Cause));
        Assert.False(health.IsReady);
        claim.Succeeded();

        Assert.Empty(health.Failures);
        Assert.Equal(2, log.All.Count);
        Assert.Equal(
            "Error store cannot be used: SqliteException: SQLite Error 13: 'database or disk is full'.", log.All[0]);
    }

    [Fact]
    public void An_error_of_ours_is_logged_once_with_its_stack_trace()
    {
        var run = health.Worker("watch run");
        for (var i = 0; i < 50; i++)
        {
            run.Failed(new InvalidOperationException("a bug\nof two lines"));
        }

        Assert.StartsWith(
            "Error watch run fails: InvalidOperationException: a bug System.InvalidOperationException: a bug",
                Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public void The_pause_grows_from_a_second_to_a_minute_and_ends_with_a_success()
    {
        var run = health.Worker("watch run");
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            run.Failed(Full);
            pauses.Add(run.Pause.TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses);
        run.Succeeded();
        Assert.Equal(TimeSpan.Zero, run.Pause);
    }

    [Fact]
    public void A_failed_request_counts_for_half_a_minute_and_never_against_readiness()
    {
        health.RequestFailed(Locked);
        time.Advance(TimeSpan.FromSeconds(20));
        health.RequestFailed(Locked);
        Assert.True(health.IsReady);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("store", Assert.Single(health.Failures).Part);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(health.Failures);
        Assert.Equal(2, log.All.Count);
    }

    [Fact]
    public void A_part_that_fails_now_and_then_does_not_fill_the_log()
    {
        var email = health.Channel("email");
        for (var i = 0; i < 600; i++)
        {
            email.Failed("refused");
            time.Advance(TimeSpan.FromMilliseconds(500));
            email.Succeeded();
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.True(log.All.Count <= 4, string.Join('\n', log.All));
    }

    [Fact]
    public void A_failure_that_ended_is_known_for_a_day()
    {
        var email = health.Channel("email");
        email.Failed("refused");
        time.Advance(TimeSpan.FromHours(1));
        email.Succeeded();
        time.Advance(TimeSpan.FromSeconds(30));
        email.Failed("refused once more"); // so soon that it counts as the same failure
        time.Advance(TimeSpan.FromHours(1));
        email.Succeeded();

        var start = Instant.FromUtc(2025, 11, 1, 9, 0);
        Assert.Equal(
            new EndedFailure(
                new Failure(PartKind.Channel, "email", start, "refused"),
                start + Duration.FromHours(2) + Duration.FromSeconds(30)),
            Assert.Single(health.Ended));
        time.Advance(TimeSpan.FromHours(24));
        Assert.Empty(health.Ended);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(8, true)]
    [InlineData(10, true)]
    [InlineData(13, true)]
    [InlineData(1, false)]
    [InlineData(19, false)]
    public void A_broken_statement_is_no_outage(int code, bool isOutage) => Assert.Equal(
        isOutage, Outage.CauseOf(new SqliteException("x", code)) is not null);

    [Fact]
    public void The_first_of_several_tries_is_the_cause()
    {
        var tries = new AggregateException(
            new Azure.RequestFailedException(503, "busy", "ServerBusy", null), new IOException("reset"));

        Assert.Equal("the store answered 503 ServerBusy", Outage.CauseOf(tries));
        Assert.Equal(
            "the store answered 503 ServerBusy",
            Outage.CauseOf(new Azure.RequestFailedException(503, "x\n{\"odata.error\":{\"code\":\"ServerBusy\"}}")));
        Assert.NotNull(
            Outage.CauseOf(new AggregateException(new TaskCanceledException("timed out"), new IOException("reset"))));
        Assert.Null(Outage.CauseOf(new OperationCanceledException()));
        Assert.Null(Outage.CauseOf(new Azure.RequestFailedException(400, "bad", "InvalidInput", null)));
        Assert.Null(
            Outage.CauseOf(new AggregateException(new IOException("reset"), new InvalidOperationException("a bug"))));
    }
}
