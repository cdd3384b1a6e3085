using System.Security.Cryptography;
using Alerts.Queue;
using Alerts.Tests.Support.ServiceBus;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Tests batches, scheduling, duplicate detection, locks and dead letters with Microsoft's client.</summary>
public sealed class ServiceBusQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sent_arrives_with_its_id_and_every_byte_of_its_body()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        // Below, at and above the size of an AMQP frame.
        int[] sizes = [0, 1, 255, 256, 65_535, 131_072, 200_000, 255_000];
        var bodies = sizes.ToDictionary(size => $"m.{size}", RandomNumberGenerator.GetBytes);
        foreach (var (id, body) in bodies)
        {
            await ends.SendAsync(QueueEnds.Message(id, body));
        }

        ends.Receive(workers: 3);

        await ArrivedAsync(ends, sizes.Length);
        Assert.Equal(bodies.Keys.Order(), ends.ArrivedIds.Order());
        Assert.All(ends.Arrived, message => Assert.Equal(bodies[message.MessageId], message.Body.ToArray()));
    }

    [Fact]
    public async Task No_more_is_handed_out_than_there_are_free_workers()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var slow = new QueueEnds(bus.ConnectionString, "email");
        await using var quick = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        slow.Receive(workers: 3, door.WaitAsync);
        await slow.SendAsync(QueueEnds.Message("first.1"), QueueEnds.Message("first.2"), QueueEnds.Message("first.3"));
        await ArrivedAsync(slow, 3);

        await slow.SendAsync([.. Enumerable.Range(0, 20).Select(i => QueueEnds.Message($"more.{i}"))]);

        // A message prefetched by the busy receiver could not arrive here.
        quick.Receive(workers: 5);
        await ArrivedAsync(quick, 20);
        Assert.Equal(3, slow.Arrived.Count);
        door.Open(3);
    }

    [Fact]
    public async Task A_worker_that_is_free_again_gets_the_next_message()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        ends.Receive(workers: 2);

        await ends.SendAsync([.. Enumerable.Range(0, 50).Select(i => QueueEnds.Message($"m.{i}"))]);

        await ArrivedAsync(ends, 50);
        Assert.Equal(50, ends.ArrivedIds.Distinct().Count());
    }

    [Fact]
    public async Task Many_messages_go_in_few_transfers_none_larger_than_256_KB_in_their_order()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        var messages = Enumerable
            .Range(0, 2000)
            .Select(i => QueueEnds.Message($"al_{i}.1", new string('x', 300 + (i % 7))))
            .ToArray();

        await ends.SendAsync(messages);

        Assert.Equal(messages.Select(message => message.MessageId), bus["email"].Ids);
        Assert.InRange(bus.Transfers.Count, 3, 4); // 600 KB plus the overhead of each message
        Assert.All(bus.Transfers, bytes => Assert.InRange(bytes, 1, FakeServiceBus.MaxMessageSize));
    }

    [Fact]
    public async Task A_message_waits_at_the_broker_until_its_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var bus = FakeServiceBus.Start(["email"], new FakeQueueRules { LockFor = TimeSpan.FromHours(1) }, time);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        ends.Receive();
        var at = Instant.FromDateTimeOffset(time.GetUtcNow()) + Duration.FromMinutes(10);

        await ends.SendAsync(
            QueueEnds.Message("later.1", notBefore: at),
            QueueEnds.Message("last.1", notBefore: at + Duration.FromMilliseconds(1)), QueueEnds.Message("now.1"));
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
    public async Task A_message_that_fails_comes_again_and_is_dead_lettered_after_the_maximum()
    {
        using var bus = FakeServiceBus.Start(["email"], new FakeQueueRules { MaxDeliveries = 3 });
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("bad.1"), QueueEnds.Message("good.1"));

        ends.Receive(handle: message =>
            message.MessageId == "bad.1" ? throw new InvalidOperationException("a bug") : Task.CompletedTask);

        await Eventually.BecomesTrueAsync(
            "both have ended", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Equal(
            [1, 2, 3],
            ends.Arrived.Where(message => message.MessageId == "bad.1").Select(message => message.DeliveryCount));
        Assert.Equal(["bad.1"], bus["email"].DeadLetters?.Ids);
        Assert.Contains("good.1", ends.ArrivedIds);
    }

    [Fact]
    public async Task What_cannot_be_read_is_dead_lettered_at_once_with_the_reason()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        await ends.SendAsync(QueueEnds.Message("al_a.1", "not JSON"));

        ends.Receive(handle: _ => throw new UnreadableMessageException("its body is no JSON"));

        await Eventually.BecomesTrueAsync(
            "it is dead-lettered", () => Task.FromResult(bus["email"].DeadLetters?.Ids.Count == 1), Cancel);
        var letter = Assert.Single(bus["email"].DeadLetters!.Peek(0, 10)).Copy();
        Assert.Equal("its body is no JSON", letter.ApplicationProperties["DeadLetterReason"]);
        Assert.Single(ends.Arrived);
    }

    [Fact]
    public async Task A_handler_may_take_longer_than_the_lock()
    {
        using var bus = FakeServiceBus.Start(["email"], new FakeQueueRules { LockFor = TimeSpan.FromSeconds(2) });
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        ends.Receive(workers: 1, door.WaitAsync);
        await ends.SendAsync(QueueEnds.Message("slow.1"));
        await ArrivedAsync(ends, 1);
        var first = bus["email"].Peek(0, 1).Single().LockedUntil;

        await Eventually.BecomesTrueAsync(
            "the lock has been renewed beyond twice its time",
            () => Task.FromResult(bus["email"].Peek(0, 1).Single().LockedUntil > first + TimeSpan.FromSeconds(2)),
            Cancel);

        door.Open(1);
        await Eventually.BecomesTrueAsync("it is settled", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Single(ends.Arrived);
        Assert.Empty(bus["email"].DeadLetters!.Ids);
    }

    [Fact]
    public async Task A_message_of_a_dead_process_comes_again_when_its_lock_has_run_out()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var bus = FakeServiceBus.Start(["email"], time: time);
        await using var other = new QueueEnds(bus.ConnectionString, "email");
        await other.SendAsync(QueueEnds.Message("al_a.1"));
        await using var dead = new ServiceBusClient(bus.ConnectionString);
        var receiver = dead.CreateReceiver("email");
        var taken = await receiver.ReceiveMessageAsync(cancellationToken: Cancel);

        other.Receive();
        time.Advance(TimeSpan.FromSeconds(61));
        await ArrivedAsync(other, 1);

        Assert.Equal(2, other.Arrived.Single().DeliveryCount);
        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(taken, Cancel));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
        await Eventually.BecomesTrueAsync("it is settled", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
    }

    [Fact]
    public async Task A_stop_finishes_what_is_in_work_and_takes_no_more()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var stopping = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        stopping.Receive(workers: 1, door.WaitAsync);
        await stopping.SendAsync(QueueEnds.Message("in-work.1"));
        await ArrivedAsync(stopping, 1);

        var stopped = stopping.StopAsync();
        await stopping.SendAsync(QueueEnds.Message("too-late.1"));
        Assert.False(stopped.IsCompleted);
        door.Open(1);
        await stopped;

        await using var next = new QueueEnds(bus.ConnectionString, "email");
        next.Receive();
        await ArrivedAsync(next, 1);
        Assert.Equal(["in-work.1"], stopping.ArrivedIds);
        Assert.Equal(["too-late.1"], next.ArrivedIds);
        Assert.Equal(1, next.Arrived.Single().DeliveryCount);
    }

    [Fact]
    public async Task A_message_too_large_for_any_transfer_is_our_own_bug()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");

        var failure = await Assert.ThrowsAsync<ArgumentException>(() =>
            ends.SendAsync(QueueEnds.Message("al_a.1", new string('x', 262_144))));

        Assert.Equal("Message al_a.1 has 262144 bytes; Service Bus takes at most 262144.", failure.Message);
        Assert.Empty(bus.Transfers);
    }

    private static Task ArrivedAsync(QueueEnds ends, int count) =>
        Eventually.BecomesTrueAsync(
            $"{count} have arrived", () => Task.FromResult(ends.Arrived.Count >= count), Cancel);
}
