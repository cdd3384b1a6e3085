using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Core;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Queue;

/// <summary>Tests handling a pushed message: it is claimed, sent and marked before its queue forgets it.</summary>
public sealed class QueueMessageHandlerTests
{
    private static readonly ServiceClock Clock = new(
        TimeProvider.System,
        Instant.FromUtc(2026, 11, 10, 9, 0),
        speed: 0);

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
    public async Task A_stop_finishes_the_attempt_and_gives_up_what_waits()
    {
        using var handler = Handler();
        using var stop = new CancellationTokenSource();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var sending = Enumerable
            .Range(0, 4)
            .Select(_ => handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, stop.Token))
            .ToList();
        await Eventually.BecomesTrueAsync(
            "all places are taken",
            () => Task.FromResult(_webhook.Calls.Count == 4),
            Cancel);
        var waiting = handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        answer.SetResult(new Delivered(200, "ok"));
        await Task.WhenAll(sending);

        Assert.Equal(4, _store.Settled.Sum());
        Assert.Equal(4, _webhook.Calls.Count);
    }

    [Fact]
    public async Task What_waits_for_a_busy_destination_moves_to_the_slow_queue_and_takes_no_worker()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var hanging = Enumerable
            .Range(0, 4)
            .Select(_ => handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel))
            .ToList();
        await Eventually.BecomesTrueAsync(
            "all places are taken",
            () => Task.FromResult(_webhook.Calls.Count == 4),
            Cancel);

        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        Assert.Equal("webhook-slow", QueueNames.Of(Assert.Single(_posted)));
        answer.SetResult(new Delivered(200, "ok"));
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task A_busy_endpoint_does_not_stop_another_one_of_the_same_host()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        _webhook.Answer = answer.Task;
        var hanging = Enumerable
            .Range(0, 4)
            .Select(_ => handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel))
            .ToList();
        await Eventually.BecomesTrueAsync(
            "all places are taken",
            () => Task.FromResult(_webhook.Calls.Count == 4),
            Cancel);
        _webhook.Answer = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        await handler.HandleAsync(
            "webhook",
            (Message("webhook", 1, 8) with { DestinationKey = 7 }).ToBody(),
            null,
            Cancel);

        Assert.Equal(5, _webhook.Calls.Count);
        Assert.Empty(_posted);
        answer.SetResult(new Delivered(200, "ok"));
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task A_message_of_an_endpoint_that_turned_slow_moves_to_the_slow_queue()
    {
        using var handler = Handler();
        _store.Claim = request => request.Message.IsSlow ? ClaimOf(request) : ClaimResult.Slow;

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
        await Eventually.BecomesTrueAsync(
            "its place is taken",
            () => Task.FromResult(_webhook.Calls.Count == 1),
            Cancel);

        await handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Single(_store.Postponed);
        answer.SetResult(new Delivered(200, "ok"));
        await hanging;
    }

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

    private static ClaimResult ClaimOf(ClaimRequest request) =>
        new(
            new FakeClaim(request.Alert, request.Message.DestinationKey, 0, null, new FakeOutbound(request.Alert.Key)),
            null);

    private QueueMessageHandler Handler(TimeSpan? patience = null) =>
        new(
            [_webhook, _email],
            _store,
            new Posts(_posted),
            Clock,
            new ServiceHealth(Clock, TimeProvider.System, NullLogger<ServiceHealth>.Instance),
            NullLogger<QueueMessageHandler>.Instance,
            new QueueHandlerOptions(patience ?? TimeSpan.FromSeconds(30)));

    private sealed record FakeClaim(
        LedgerName Alert,
        long DestinationKey,
        int Failures,
        Instant? Expires,
        OutboundMessage Message) : MessageClaim(Alert, DestinationKey, Failures, Expires, Message);

    // No test here reads the subscription.
    private sealed record FakeOutbound(string Key) : OutboundMessage(Key, null!, Clock.Now)
    {
        public override object Text => "the same";
    }

    private sealed class Posts(ConcurrentQueue<AlertMessage> posted) : IAlertQueueSender
    {
        public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
        {
            messages.ToList().ForEach(posted.Enqueue);
            return Task.CompletedTask;
        }
    }

    /// <summary>A store that lets every row be claimed unless a test says otherwise.</summary>
    private sealed class FakeStore : IClaimStore
    {
        private int _failing;
        private int _failingSettlements;

        public Func<ClaimRequest, ClaimResult> Claim { get; set; } = ClaimOf;

        public ConcurrentQueue<ClaimRequest> Postponed { get; } = new();

        /// <summary>The number of requests in each claim call.</summary>
        public ConcurrentQueue<int> Claimed { get; } = new();

        /// <summary>The number of settlements in each call that succeeded.</summary>
        public ConcurrentQueue<int> Settled { get; } = new();

        public void FailNext(int calls) => _failing = calls;

        public void FailNextSettlements(int calls) => _failingSettlements = calls;

        public async Task<IReadOnlyList<ClaimResult>> ClaimAsync(
            IReadOnlyList<ClaimRequest> requests,
            CancellationToken cancel)
        {
            await Task.Yield();
            Claimed.Enqueue(requests.Count);
            return Interlocked.Decrement(ref _failing) >= 0
                ? throw new HttpRequestException("no route to the store")
                : [.. requests.Select(Claim)];
        }

        public Task PostponeAsync(ClaimRequest request, Duration wait, CancellationToken cancel)
        {
            Postponed.Enqueue(request);
            return Task.CompletedTask;
        }

        public async Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel)
        {
            await Task.Yield();
            if (Interlocked.Decrement(ref _failingSettlements) >= 0)
            {
                throw new HttpRequestException("no route to the store");
            }

            Settled.Enqueue(ended.Count);
        }
    }

    private sealed class FakeChannel(string name, int maxBatchSize) : IChannel
    {
        public ChannelKind Kind { get; } =
            name == "webhook" ? new FakeKind(name, new Destinations(_ => 1, maxBatchSize)) : new FakeKind(name, null);

        public Task<SendResult> Answer { get; set; } = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        /// <summary>The number of messages sent in each call.</summary>
        public ConcurrentQueue<int> Calls { get; } = new();

        public int MaxConcurrency => name == "email" ? 4 * maxBatchSize : 64;

        public int MaxBatchSize => name == "email" ? maxBatchSize : 1;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
            throw new NotSupportedException("all go by the other");

        public async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
            IReadOnlyList<OutboundMessage> messages,
            CancellationToken cancel)
        {
            Calls.Enqueue(messages.Count);
            var result = await Answer;
            return [.. messages.Select(_ => result)];
        }
    }

    private sealed class FakeKind(string name, Destinations? destinations) : ChannelKind
    {
        public override string Name => name;

        public override string Example => "";

        public override ServiceMessage OptIn => ServiceMessage.Confirmation;

        public override Destinations? Destinations => destinations;

        public override Target? Read(JsonObjectReader channel) => null;
    }
}
