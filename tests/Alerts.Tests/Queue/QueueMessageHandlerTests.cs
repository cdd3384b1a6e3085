using Alerts.Ledger;
using Alerts.Queue;

namespace Alerts.Tests.Queue;

/// <summary>Tests handling a pushed message: it is claimed, sent and marked before its queue forgets it.</summary>
public sealed class QueueMessageHandlerTests : QueueHandlerTest
{
    [Fact]
    public async Task All_rows_of_a_message_of_mails_go_in_one_call_and_are_settled_together()
    {
        using var handler = Handler();

        await handler.HandleAsync("email", Message("email", 1000).ToBody(), null, Cancel);

        Assert.Equal([1000], Email.Calls);
        Assert.Equal([1000], Store.Settled);
        Assert.Equal([1000], Store.Claimed);
    }

    [Fact]
    public async Task Messages_that_are_handled_at_the_same_time_share_their_claims_and_results()
    {
        using var handler = Handler();

        await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(i => handler.HandleAsync("webhook", Message("webhook", 1, i).ToBody(), null, Cancel)));

        Assert.Equal(64, Webhook.Calls.Count);
        Assert.InRange(Store.Claimed.Count, 1, 16);
        Assert.InRange(Store.Settled.Count, 1, 16);
    }

    [Fact]
    public async Task A_message_with_nothing_to_send_is_done()
    {
        using var handler = Handler();
        Store.Claim = _ => ClaimResult.Nothing;

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Empty(Webhook.Calls);
        Assert.Empty(Store.Settled);
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

        Assert.Empty(Store.Claimed);
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("webhook-slow")]
    public async Task A_message_of_either_queue_of_a_channel_is_handled(string queue)
    {
        using var handler = Handler();

        await handler.HandleAsync(queue, Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], Webhook.Calls);
    }

    [Fact]
    public async Task A_row_that_cannot_be_worked_on_fails_its_message_and_the_other_rows_are_sent()
    {
        using var handler = Handler();
        Store.Claim = request =>
            request.Place == 1 ? new ClaimResult(null, new InvalidOperationException("a bug")) : ClaimOf(request);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            handler.HandleAsync("email", Message("email", 3).ToBody(), null, Cancel));

        Assert.Equal([2], Email.Calls);
        Assert.Equal([2], Store.Settled);
    }

    [Fact]
    public async Task An_outage_of_the_store_is_waited_for_before_and_after_the_attempt()
    {
        using var handler = Handler(Timeout.InfiniteTimeSpan);
        Store.FailNext(1);
        Store.FailNextSettlements(1);

        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], Webhook.Calls);
        Assert.Equal([1], Store.Settled);
    }

    [Fact]
    public async Task A_message_goes_back_when_an_outage_lasts_longer_than_a_call_may_take()
    {
        using var handler = Handler(TimeSpan.Zero);
        Store.FailNext(1);

        await Assert.ThrowsAsync<IOException>(() =>
            handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel));
        await handler.HandleAsync("webhook", Message("webhook", 1).ToBody(), null, Cancel);

        Assert.Equal([1], Webhook.Calls);
    }

    [Fact]
    public async Task A_stop_finishes_the_attempts_and_gives_up_what_waits()
    {
        using var handler = Handler();
        using var stop = new CancellationTokenSource();
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;
        var sending = handler.HandleAsync("webhook-slow", Message("webhook", 1, 7).ToBody(), null, stop.Token);
        await CallsAsync(1);
        var waiting = handler.HandleAsync("webhook-slow", Message("webhook", 1, 7).ToBody(), null, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        answer.SetResult(new Delivered(200, "ok"));
        await sending;

        Assert.Equal([1], Store.Settled);
        Assert.Equal([1], Webhook.Calls);
    }

    [Fact]
    public async Task An_attempt_that_hangs_takes_no_worker_and_is_finished_before_the_process_ends()
    {
        using var handler = Handler();
        var answer = new TaskCompletionSource<SendResult>();
        Webhook.Answer = answer.Task;

        await handler.HandleAsync("webhook", Message("webhook", 1, 7).ToBody(), null, Cancel);

        Assert.Equal([1], Webhook.Calls);
        Assert.Empty(Store.Settled);
        var end = handler.FinishAsync();
        answer.SetResult(new Delivered(200, "ok"));
        await end;
        Assert.Equal([1], Store.Settled);
    }
}
