using System.Collections.Concurrent;
using Alerts.Ledger;
using Alerts.Queue;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Queue;

/// <summary>Tests how pushed messages take turns at their endpoints.</summary>
public sealed class QueueTurnTests : QueueHandlerTest
{
    [Fact]
    public async Task What_waits_for_a_hanging_endpoint_moves_to_the_slow_queue_at_once()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;
        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        Assert.Equal("webhook-slow", QueueNames.Of(Assert.Single(Posted)));
        Assert.Equal([1], Webhook.Calls);
        Assert.Equal([1], Store.Claimed); // the second message is not looked up in the store
        answer.SetResult(new Delivered(200, "ok"));
        await handler.FinishAsync();
    }

    [Fact]
    public async Task A_busy_endpoint_does_not_stop_another_one_of_the_same_host()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;
        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);
        Webhook.Answer = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        await handler.HandleAsync(
            "webhook", (Message("webhook", 1, 8) with { DestinationKey = 7 }).ToBody(), null, Cancel);

        Assert.Equal([1, 1], Webhook.Calls);
        Assert.Empty(Posted);
        answer.SetResult(new Delivered(200, "ok"));
        await handler.FinishAsync();
    }

    [Fact]
    public async Task Hanging_endpoints_leave_room_for_those_that_are_quick()
    {
        using var handler = Handler();
        Store.Quick = request => request.Message.DestinationKey < 1000 ? 0 : EndpointHealth.Trusted;
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;
        var hanging = Enumerable.Range(0, 100)
            .Select(i => handler.HandleAsync("webhook-slow", Message("webhook", 1, i).ToBody(), null, Cancel)).ToList();
        await CallsAsync(MaxConcurrency * 4 / 5);
        Webhook.Answer = Task.FromResult<SendResult>(new Delivered(200, "ok"));

        await handler.HandleAsync("webhook", Message("webhook", 1, 1000).ToBody(), null, Cancel);

        Assert.Equal((MaxConcurrency * 4 / 5) + 1, Webhook.Calls.Count);
        Assert.Equal([1], Store.Settled);
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
        Store.Quick = _ => quick;
        const int Messages = 4 * MaxConcurrency;

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(i =>
            handler.HandleAsync("webhook", Message("webhook", 1, i).ToBody(), null, Cancel)));

        Assert.Equal(Messages, Webhook.Calls.Count);
        Assert.Equal(Messages, Store.Claimed.Sum());
        Assert.Empty(Posted);
    }

    [Fact]
    public async Task A_message_of_an_endpoint_that_turned_slow_moves_to_the_slow_queue()
    {
        using var handler = Handler();
        Store.Claim = request => request.Message.IsSlow
            ? ClaimOf(request)
            : new ClaimResult(null, null) { Waits = new WaitingRow(Place.Slow, IsRetry: false, Quick: 0) };

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);
        Assert.Equal("webhook-slow", QueueNames.Of(Assert.Single(Posted)));
        Assert.Empty(Webhook.Calls);

        await handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);
        Assert.Equal([1], Webhook.Calls);
    }

    [Fact]
    public async Task In_the_slow_queue_what_waits_for_long_makes_room_for_others()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;
        var hanging = handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);
        await CallsAsync(1);

        await handler.HandleAsync("webhook-slow", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Single(Store.Postponed);
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
        Webhook.Calls.Clear();
        var open = new ConcurrentQueue<TaskCompletionSource<SendResult>>();
        Webhook.Instead = _ =>
        {
            var answer = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            open.Enqueue(answer);
            return answer.Task;
        };
        var handling = endpoints.ConvertAll(FirstAsync);
        await CallsAsync(MaxConcurrency);
        Store.Quick = request => request.Message.Number == 1 ? EndpointHealth.Trusted : 0;

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
            retries.Select(retry => retry.Alerts[0].Key).Order(), Webhook.Sent.TakeLast(retries.Count).Order());
        Webhook.Instead = null;
        while (open.TryDequeue(out var rest))
        {
            rest.SetResult(new Delivered(200, "ok"));
        }

        await Task.WhenAll(handling);
        await handler.FinishAsync();

        Task FirstAsync(int endpoint) =>
            handler.HandleAsync("webhook", Message("webhook", 1, endpoint).ToBody(), null, Cancel);
    }
}
