using System.Diagnostics;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.Support;
using Alerts.Tests.Support.ServiceBus;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>What only Service Bus has: batches, schedule, duplicate detection, locks, dead letters.</summary>
public sealed class ServiceBusQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_messages_go_in_few_transfers_none_larger_than_256_KB_in_their_order()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        var messages = Enumerable.Range(0, 2000).Select(i => QueueEnds.Message($"al_{i}.1", new string('x', 300 + (i % 7)))).ToArray();

        await ends.SendAsync(messages);

        Assert.Equal(messages.Select(message => message.Id), bus["email"].Ids);
        Assert.Equal((messages.Sum(message => message.Body.Length) / FakeServiceBus.MaxMessageSize) + 1, bus.Transfers.Count);
        Assert.All(bus.Transfers, bytes => Assert.InRange(bytes, 1, FakeServiceBus.MaxMessageSize));
    }

    [Fact]
    public async Task A_message_waits_at_the_broker_until_its_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero));
        using var bus = FakeServiceBus.Start(["email"], new StandInRules { LockFor = TimeSpan.FromHours(1) }, time);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        ends.Receive();
        var at = Instant.FromDateTimeOffset(time.GetUtcNow()) + Duration.FromMinutes(10);

        await ends.SendAsync(QueueEnds.Message("later.1", notBefore: at), QueueEnds.Message("last.1", notBefore: at + Duration.FromMilliseconds(1)), QueueEnds.Message("now.1"));
        await ArrivedAsync(ends, 1);
        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await ends.SendAsync(QueueEnds.Message("meanwhile.1"));
        await ArrivedAsync(ends, 2);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await ArrivedAsync(ends, 3);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await ArrivedAsync(ends, 4);

        Assert.Equal(["now.1", "meanwhile.1", "later.1", "last.1"], ends.ArrivedIds);
    }

    [Fact]
    public async Task A_known_id_is_dropped_and_the_next_number_of_the_same_key_is_not()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");

        await ends.SendAsync(QueueEnds.Message("al_a.1"), QueueEnds.Message("al_a.1"));
        await ends.SendAsync(QueueEnds.Message("al_a.1"));
        await ends.SendAsync(QueueEnds.Message("al_a.2"));

        Assert.Equal(["al_a.1", "al_a.2"], bus["email"].Ids);
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_and_is_put_aside_after_the_maximum()
    {
        using var bus = FakeServiceBus.Start(["email"], new StandInRules { MaxDeliveries = 3 });
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("al_a.1"));

        ends.Receive(handle: _ => Task.FromResult<MessageOutcome>(new MessageOutcome.Abandoned()));

        await Eventually.BecomesTrueAsync("it is put aside", () => Task.FromResult(bus["email"].DeadLetters?.Ids.Count == 1), Cancel);
        Assert.Equal([0, 1, 2], ends.Arrived.Select(message => message.FailedDeliveries));
        Assert.Empty(bus["email"].Ids);
    }

    [Fact]
    public async Task A_handler_that_throws_gives_its_message_back_and_the_others_go_on()
    {
        using var bus = FakeServiceBus.Start(["email"], new StandInRules { MaxDeliveries = 2 });
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("bad.1"), QueueEnds.Message("good.1"));

        ends.Receive(handle: message => message.Id == "bad.1" ? throw new InvalidOperationException("a bug") : Task.FromResult<MessageOutcome>(new MessageOutcome.Completed()));

        await Eventually.BecomesTrueAsync("both have ended", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Equal(["bad.1"], bus["email"].DeadLetters?.Ids);
        Assert.Contains("good.1", ends.ArrivedIds);
    }

    [Fact]
    public async Task What_cannot_be_read_is_put_aside_with_the_reason()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("al_a.1", "not JSON"));

        ends.Receive(handle: _ => Task.FromResult<MessageOutcome>(new MessageOutcome.DeadLettered("its body is no JSON")));

        await Eventually.BecomesTrueAsync("it is put aside", () => Task.FromResult(bus["email"].DeadLetters?.Ids.Count == 1), Cancel);
        var letter = Assert.Single(bus["email"].DeadLetters!.Peek(0, 10)).Copy();
        Assert.Equal("its body is no JSON", letter.ApplicationProperties["DeadLetterReason"]);
        Assert.Single(ends.Arrived);
    }

    [Fact]
    public async Task A_handler_may_take_longer_than_the_lock()
    {
        var time = new FakeTimeProvider();
        using var bus = FakeServiceBus.Start(["email"], new StandInRules { LockFor = TimeSpan.FromSeconds(60) }, time);
        var watched = new WatchedTime(time);
        await using var ends = new QueueEnds(bus.ConnectionString, "email", watched);
        var door = new Door();
        ends.Receive(workers: 1, door.WaitAsync);
        await ends.SendAsync(QueueEnds.Message("slow.1"));
        await ArrivedAsync(ends, 1);

        // Six minutes in all; each renewal comes at half of the lock's time, and lasts a whole one.
        for (var i = 0; i < 12; i++)
        {
            var waits = i + 1;
            await Eventually.BecomesTrueAsync("the next renewal is waited for", () => Task.FromResult(watched.Waits == waits), Cancel);
            var until = time.GetUtcNow() + TimeSpan.FromSeconds(30 + 60);
            time.Advance(TimeSpan.FromSeconds(30));
            await Eventually.BecomesTrueAsync("the lock is renewed", () => Task.FromResult(bus["email"].Peek(0, 1).Single().LockedUntil == until), Cancel);
        }

        door.Open(1);
        await Eventually.BecomesTrueAsync("it is settled", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Single(ends.Arrived);
        Assert.Empty(bus["email"].DeadLetters!.Ids);
    }

    [Fact]
    public async Task A_message_of_a_dead_process_comes_again_when_its_lock_has_run_out()
    {
        var time = new FakeTimeProvider();
        using var bus = FakeServiceBus.Start(["email"], time: time);
        await using var dead = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        dead.Receive(workers: 1, door.WaitAsync);
        await dead.SendAsync(QueueEnds.Message("al_a.1"));
        await ArrivedAsync(dead, 1);

        await using var other = new QueueEnds(bus.ConnectionString, "email");
        other.Receive();
        time.Advance(TimeSpan.FromSeconds(61));
        await ArrivedAsync(other, 1);

        Assert.Equal(1, other.Arrived.Single().FailedDeliveries);

        // The first settles what is no longer its own: that changes nothing.
        door.Open(1, new MessageOutcome.Abandoned());
        await dead.StopAsync();
        await Eventually.BecomesTrueAsync("it is settled", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Single(other.Arrived);
    }

    [Fact]
    public async Task A_send_whose_answer_was_lost_is_sent_again_and_is_there_once()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("before.1"));
        bus.LoseNextAnswer();

        await ends.SendAsync(QueueEnds.Message("al_a.1"), QueueEnds.Message("al_b.1"));

        Assert.Equal(["before.1", "al_a.1", "al_b.1"], bus["email"].Ids);
        Assert.Equal(3, bus.Transfers.Count);
    }

    [Theory]
    [InlineData("com.microsoft:server-busy")]
    [InlineData("amqp:internal-error")]
    [InlineData("com.microsoft:timeout")]
    public async Task A_broker_that_is_busy_gets_it_a_little_later(string condition)
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        bus.RefuseNext(2, condition);

        await ends.SendAsync(QueueEnds.Message("al_a.1"));

        Assert.Equal(["al_a.1"], bus["email"].Ids);
        Assert.Equal(3, bus.Transfers.Count);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_said_so_at_once()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "webhook");

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() => ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.Equal("The Service Bus queue webhook was not reached or did not take a message: The messaging entity 'webhook' could not be found.", failure.Message);
    }

    [Fact]
    public async Task A_receiver_waits_for_a_queue_that_comes_later()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "webhook");
        ends.Receive();

        bus.AddQueue("webhook", new StandInRules());
        await ends.SendAsync(QueueEnds.Message("al_a.1"));

        await ArrivedAsync(ends, 1);
    }

    [Fact]
    public async Task The_senders_trace_context_goes_with_the_message()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        ends.Receive();
        using var activity = new Activity("watch").SetIdFormat(ActivityIdFormat.W3C).Start();

        await ends.SendAsync(QueueEnds.Message("al_a.1"));
        await ArrivedAsync(ends, 1);

        Assert.Equal(activity.Id, ends.Arrived.Single().TraceParent);
    }

    [Fact]
    public async Task Who_stops_finishes_what_is_in_work_and_gives_back_the_rest()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var stopping = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        stopping.Receive(workers: 2, door.WaitAsync);
        await stopping.SendAsync(QueueEnds.Message("in-work.1"));
        await ArrivedAsync(stopping, 1);

        var stopped = stopping.StopAsync();
        await stopping.SendAsync(QueueEnds.Message("too-late.1"));
        await Eventually.BecomesTrueAsync("the second is given back", () => Task.FromResult(bus["email"].Locked == 1), Cancel);
        Assert.False(stopped.IsCompleted);
        door.Open(1);
        await stopped;

        await using var next = new QueueEnds(bus.ConnectionString, "email");
        next.Receive();
        await ArrivedAsync(next, 1);
        Assert.Equal(["in-work.1"], stopping.ArrivedIds);
        Assert.Equal(["too-late.1"], next.ArrivedIds);
        Assert.Equal(0, next.Arrived.Single().FailedDeliveries);
    }

    [Fact]
    public async Task A_message_too_large_for_any_transfer_is_our_own_bug()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");

        await Assert.ThrowsAsync<ArgumentException>(() => ends.SendAsync(QueueEnds.Message("al_a.1", new string('x', 262_144))));
    }

    private static Task ArrivedAsync(QueueEnds ends, int count) =>
        Eventually.BecomesTrueAsync($"{count} have arrived", () => Task.FromResult(ends.Arrived.Count >= count), Cancel);
}
