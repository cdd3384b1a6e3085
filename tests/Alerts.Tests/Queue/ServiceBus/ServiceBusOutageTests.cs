using Alerts.Queue;
using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Tests failures between this process and the broker, and what is logged about them.</summary>
public sealed class ServiceBusOutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_of_ten_seconds_loses_nothing_and_is_logged_once_at_each_end()
    {
        using var bus = FakeServiceBus.Start(
            ["email"],
            new FakeQueueRules { LockFor = TimeSpan.FromSeconds(5), MaxDeliveries = 100 }
        );
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        var door = new Door();
        ends.Receive(workers: 4, door.WaitAsync);
        await ends.SendAsync([.. Enumerable.Range(0, 10).Select(i => QueueEnds.Message($"before.{i}"))]);
        await Eventually.BecomesTrueAsync("four are in work", () => Task.FromResult(ends.Arrived.Count == 4), Cancel);

        bus.Stop();
        var meanwhile = ends.SendAsync([.. Enumerable.Range(0, 10).Select(i => QueueEnds.Message($"meanwhile.{i}"))]);
        await Task.Delay(TimeSpan.FromSeconds(10), Cancel);
        bus.Resume();
        await meanwhile;
        door.Open(1000);

        await Eventually.BecomesTrueAsync(
            "all have been settled", () => Task.FromResult(bus["email"].Ids.Count == 0), Cancel);
        Assert.Equal(20, ends.ArrivedIds.Distinct().Count());
        Assert.Empty(bus["email"].DeadLetters!.Ids);
        Assert.Collection(
            ends.Log.Lines, began => Assert.StartsWith("Service Bus cannot be used: ", began, StringComparison.Ordinal),
            ended => Assert.Equal("Service Bus can be used again.", ended));
    }

    [Fact]
    public async Task The_end_of_an_outage_is_logged_though_nothing_is_sent_or_received()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        ends.Receive();
        await ends.SendAsync(QueueEnds.Message("before.1"));
        await Eventually.BecomesTrueAsync("it has arrived", () => Task.FromResult(ends.Arrived.Count == 1), Cancel);

        bus.Stop();
        await Eventually.BecomesTrueAsync(
            "its beginning is logged", () => Task.FromResult(ends.Log.Lines.Count == 1), Cancel);
        bus.Resume();

        await Eventually.BecomesTrueAsync(
            "its end is logged", () => Task.FromResult(ends.Log.Lines.Count == 2), Cancel);
        Assert.Equal("Service Bus can be used again.", ends.Log.Lines[1]);
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
    [InlineData("com.microsoft:server-busy")] // the library waits 10 s after it
    [InlineData("amqp:internal-error")]
    [InlineData("com.microsoft:timeout")]
    public async Task A_broker_that_is_busy_gets_it_a_little_later(string condition)
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        bus.RefuseNext(1, condition);

        await ends.SendAsync(QueueEnds.Message("al_a.1"));

        Assert.Equal(["al_a.1"], bus["email"].Ids);
        Assert.Equal(2, bus.Transfers.Count);
    }

    [Fact]
    public async Task A_missing_queue_is_named_in_one_sentence_and_not_tried_again()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "webhook");

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() =>
            ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.Equal("The queue webhook took no message: it does not exist.", failure.Message);
        Assert.Equal(
            ["The Service Bus queue webhook cannot be used: it does not exist. It is tried again until it can."],
            ends.Log.Lines);
    }

    [Fact]
    public async Task A_receiver_waits_for_a_queue_that_comes_later()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "webhook");
        ends.Receive();
        await Eventually.BecomesTrueAsync(
            "its absence is logged", () => Task.FromResult(ends.Log.Lines.Count == 1), Cancel);

        bus.AddQueue("webhook", new FakeQueueRules());
        await ends.SendAsync(QueueEnds.Message("al_a.1"));

        await Eventually.BecomesTrueAsync("it has arrived", () => Task.FromResult(ends.Arrived.Count == 1), Cancel);
        Assert.Collection(
            ends.Log.Lines,
            began => Assert.StartsWith("The Service Bus queue webhook cannot be used", began, StringComparison.Ordinal),
            ended => Assert.Equal("The Service Bus queue webhook can be used again.", ended));
    }

    [Fact]
    public async Task A_wrong_key_is_named_in_one_sentence_and_not_tried_again()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        var wrong = bus.ConnectionString.Replace(FakeServiceBus.Key, "wrong-key-0815", StringComparison.Ordinal);
        await using var ends = new QueueEnds(wrong, "email");

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() =>
            ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.Equal(
            "The queue email took no message: the key in Alerts:ServiceBus:ConnectionString is not accepted; "
                + "write the current connection string.",
            failure.Message);
        Assert.DoesNotContain(
            "wrong-key", failure.ToString() + string.Concat(ends.Log.Lines), StringComparison.Ordinal);
        Assert.Single(ends.Log.Lines);
        Assert.Empty(bus.Transfers);
    }
}
