using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Queue;

/// <summary>Tests handling a pushed message: it is claimed, sent and marked before its queue forgets it.</summary>
public sealed class QueueMessageHandlerTests
{
    internal static readonly ServiceClock Clock = new(
        TimeProvider.System, Instant.FromUtc(2026, 11, 10, 9, 0), speed: 0);

    /// <summary>Maximum number of attempts at endpoints at once.</summary>
    internal const int MaxConcurrency = 64;

    private readonly FakeStore _store = new();
    private readonly FakeChannel _webhook = new("webhook", 4);
    private readonly FakeChannel _email = new("email", 1000);
    private readonly ConcurrentQueue<AlertMessage> _posted = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_rows_of_a_message_of_mails_go_in_one_call_and_are_settled_together()
    {
        using var handler = Handler();

        await handler.HandleAsync("email", Message("email", 1000).ToBody(), null, Cancel);

        Assert.Equal([1000], _email.Calls);
        Assert.Equal([1000], _store.Settled);
        Assert.Equal([1000], _store.Claimed);
    }

    [Fact]
    public async Task Messages_that_are_handled_at_the_same_time_share_their_claims_and_results()
    {
        using var handler = Handler();

        await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(i => handler.HandleAsync("webhook", Message("webhook", 1, i).ToBody(), null, Cancel)));

        Assert.Equal(64, _webhook.Calls.Count);
        Assert.InRange(_store.Claimed.Count, 1, 16);
        Assert.InRange(_store.Settled.Count, 1, 16);
    }

    [Fact]
    public async Task A_message_with_nothing_to_send_is_done()
    {
        using var handler = Handler();
        _store.Claim = _ => ClaimResult.Nothing;

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Empty(_webhook.Calls);
        Assert.Empty(_store.Settled);
    }

    [Theory]
    [InlineData("email", "webhook")]
    [InlineData("webhook-slow", "email")]
    [InlineData("other", "webhook")]
    public async Task A_message_of_another_queue_is_refused_unread(string queue, string channel)
    {
        using var handler = Handler();

        await Assert.ThrowsAsync<UnreadableMessageException>(() =>
            handler.HandleAsync(queue, Message(channel, 1).ToBody(), null, Cancel));
        await Assert.ThrowsAsync<UnreadableMessageException>(() =>
            handler.HandleAsync("webhook", "not JSON"u8.ToArray(), null, Cancel));

        Assert.Empty(_store.Claimed);
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("webhook-slow")]
    public async Task A_message_of_either_queue_of_a_channel_is_handled(string queue)
    {
        using var handler = Handler();

        await handler.HandleAsync(queue, Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], _webhook.Calls);
    }

    [Fact]
    public async Task A_row_that_cannot_be_worked_on_fails_its_message_and_the_other_rows_are_sent()
    {
        using var handler = Handler();
        _store.Claim = request =>
            request.Place == 1 ? new ClaimResult(null, new InvalidOperationException("a bug")) : ClaimOf(request);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            handler.HandleAsync("email", Message("email", 3).ToBody(), null, Cancel));

        Assert.Equal([2], _email.Calls);
        Assert.Equal([2], _store.Settled);
    }

    [Fact]
    public async Task An_outage_of_the_store_is_waited_for_before_and_after_the_attempt()
    {
        using var handler = Handler(Timeout.InfiniteTimeSpan);
        _store.FailNext(1);
        _store.FailNextSettlements(1);

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], _webhook.Calls);
        Assert.Equal([1], _store.Settled);
    }

    [Fact]
    public async Task A_message_goes_back_when_an_outage_lasts_longer_than_a_call_may_take()
    {
        using var handler = Handler(TimeSpan.Zero);
        _store.FailNext(1);

        await Assert.ThrowsAsync<IOException>(() =>
            handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel));
        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], _webhook.Calls);
    }

    [Fact]
    public async Task A_stop_finishes_the_attempts_and_gives_up_what_waits()
    {
        using var handler = Handler();
        using var stop = new CancellationTokenSource();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var sending = handler.HandleAsync("webhook-slow", Message("webhook", 1, 7).ToBody(), null, stop.Token);
        await CallsAsync(1);
        var waiting = handler.HandleAsync("webhook-slow", Message("webhook", 1, 7).ToBody(), null, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        answer.SetResult(new Delivered(200, "ok"));
        await sending;

        Assert.Equal([1], _store.Settled);
        Assert.Equal([1], _webhook.Calls);
    }

    [Fact]
    public async Task An_attempt_that_hangs_takes_no_worker_and_is_finished_before_the_process_ends()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;

        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        Assert.Equal([1], _webhook.Calls);
        Assert.Empty(_store.Settled);
        var end = handler.FinishAsync();
        answer.SetResult(new Delivered(200, "ok"));
        await end;
        Assert.Equal([1], _store.Settled);
    }

    [Fact]
    public async Task What_waits_for_a_hanging_endpoint_moves_to_the_slow_queue_at_once()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        Assert.Equal("webhook-slow", QueueNames.Of(Assert.Single(_posted)));
        Assert.Equal([1], _webhook.Calls);
        Assert.Equal([1], _store.Claimed); // the second message is not looked up in the store
        answer.SetResult(new Delivered(200, "ok"));
        await handler.FinishAsync();
    }

    [Fact]
    public async Task A_busy_endpoint_does_not_stop_another_one_of_the_same_host()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);
        _webhook.Answer = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        await handler.HandleAsync(
            "webhook", (Message("webhook", 1, 8) with { DestinationKey = 7 }).ToBody(), null, Cancel);

        Assert.Equal([1, 1], _webhook.Calls);
        Assert.Empty(_posted);
        answer.SetResult(new Delivered(200, "ok"));
        await handler.FinishAsync();
    }

    [Fact]
    public async Task Hanging_endpoints_leave_room_for_those_that_are_quick()
    {
        using var handler = Handler();
        _store.Quick = request => request.Message.DestinationKey < 1000 ? 0 : EndpointHealth.Trusted;
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var hanging = Enumerable.Range(0, 100)
            .Select(i => handler.HandleAsync("webhook-slow", Message("webhook", 1, i).ToBody(), null, Cancel)).ToList();
        await CallsAsync(MaxConcurrency * 4 / 5);
        _webhook.Answer = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        await handler.HandleAsync("webhook", Message("webhook", 1, 1000).ToBody(), null, Cancel);

        Assert.Equal((MaxConcurrency * 4 / 5) + 1, _webhook.Calls.Count);
        Assert.Equal([1], _store.Settled);
        answer.SetResult(new Delivered(200, "ok"));
        await Task.WhenAll(hanging);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(EndpointHealth.Trusted)]
    public async Task A_message_that_waits_for_room_is_read_once_and_not_posted_again(int? quick)
    {
        using var handler = Handler();
        _store.Quick = _ => quick;
        const int Messages = 4 * MaxConcurrency;

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(i =>
            handler.HandleAsync("webhook", Message("webhook", 1, i).ToBody(), null, Cancel)));

        Assert.Equal(Messages, _webhook.Calls.Count);
        Assert.Equal(Messages, _store.Claimed.Sum());
        Assert.Empty(_posted);
    }

    [Fact]
    public async Task A_message_of_an_endpoint_that_turned_slow_moves_to_the_slow_queue()
    {
        using var handler = Handler();
        _store.Claim = request => request.Message.IsSlow
            ? ClaimOf(request)
            : new ClaimResult(null, null) { Waits = new WaitingRow(Place.Slow, IsRetry: false, Quick: 0) };

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);
        Assert.Equal("webhook-slow", QueueNames.Of(Assert.Single(_posted)));
        Assert.Empty(_webhook.Calls);

        await handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);
        Assert.Equal([1], _webhook.Calls);
    }

    [Fact]
    public async Task In_the_slow_queue_what_waits_for_long_makes_room_for_others()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var hanging = handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);
        await CallsAsync(1);

        await handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Single(_store.Postponed);
        answer.SetResult(new Delivered(200, "ok"));
        await hanging;
    }

    [Fact]
    public async Task Under_full_load_of_first_attempts_what_gets_free_goes_to_due_retries()
    {
        var time = new FakeTimeProvider(Clock.GetUtcNow());
        time.Advance(TimeSpan.FromDays(1)); // no timestamp may be 0
        using var handler = Handler(clock: new ServiceClock(time));
        var endpoints = Enumerable.Range(0, 2 * MaxConcurrency).ToList();
        await Task.WhenAll(endpoints.Select(FirstAsync)); // then all of them were quick a moment ago
        _webhook.Calls.Clear();
        var open = new ConcurrentQueue<TaskCompletionSource<SendResult>>();
        _webhook.Instead = _ =>
        {
            var answer = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            open.Enqueue(answer);
            return answer.Task;
        };
        var handling = endpoints.ConvertAll(FirstAsync);
        await CallsAsync(MaxConcurrency);
        _store.Quick = request => request.Message.Number == 1 ? EndpointHealth.Trusted : 0;

        List<AlertMessage> retries =
            [.. Enumerable.Range(1000, MaxConcurrency / 10).Select(i => Message("webhook", 1, i) with { Number = 2 })];
        handling.AddRange(retries.Select(retry => handler.HandleAsync("webhook-slow", retry.ToBody(), null, Cancel)));
        // One by one: several that get free at once could go to the retries by luck.
        for (var free = 1; free <= retries.Count; free++)
        {
            open.TryDequeue(out var first);
            first!.SetResult(new Delivered(200, "ok")); // that many are under way
            await CallsAsync(MaxConcurrency + free);
        }

        Assert.Equal(
            retries.Select(retry => retry.Alerts[0].Key).Order(), _webhook.Sent.TakeLast(retries.Count).Order());
        _webhook.Instead = null;
        while (open.TryDequeue(out var rest))
        {
            rest.SetResult(new Delivered(200, "ok"));
        }

        await Task.WhenAll(handling);
        await handler.FinishAsync();

        Task FirstAsync(int endpoint) =>
            handler.HandleAsync("webhook", Message("webhook", 1, endpoint).ToBody(), null, Cancel);
    }

    private Task CallsAsync(int count) => Eventually.BecomesTrueAsync(
        $"{count} attempts are under way", () => Task.FromResult(_webhook.Calls.Count == count), Cancel);

    private static AlertMessage Message(string channel, int size, long destination = 1) =>
        new(
            channel,
            destination,
            [
                .. Enumerable
                    .Range(0, size)
                    .Select(i => new LedgerName($"sub_{destination}_{i}", "date", 1, AlertKind.Reminder, "P1D")),
            ],
            1,
            Clock.Now);

    internal static ClaimResult ClaimOf(ClaimRequest request) =>
        new(new FakeClaim(new FakeOutbound(request.Alert.Key)), null);

    private QueueMessageHandler Handler(TimeSpan? patience = null, ServiceClock? clock = null) =>
        new(
            [_webhook, _email],
            _store,
            new Posts(_posted),
            clock ?? Clock,
            new ServiceHealth(Clock, TimeProvider.System, NullLogger<ServiceHealth>.Instance),
            NullLogger<QueueMessageHandler>.Instance,
            new QueueHandlerOptions(patience ?? TimeSpan.FromSeconds(30)));
}
