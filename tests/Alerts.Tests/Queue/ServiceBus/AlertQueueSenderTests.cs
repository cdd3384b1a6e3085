using System.Diagnostics;
using Alerts.Due;
using Alerts.Queue;
using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Tests how an alert message is written as a Service Bus message.</summary>
public sealed class AlertQueueSenderTests
{
    private static readonly LedgerName Name = new("sub_1", "date", 1, AlertKind.Reminder, "P1D");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_the_key_and_number_as_its_id_waits_until_its_time_and_carries_the_trace()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");
        using var activity = new Activity("watch").SetIdFormat(ActivityIdFormat.W3C).Start();
        var at = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) + Duration.FromHours(1);
        var message = new AlertMessage("email", 0, [Name], Number: 3, at);

        await ends.Sender.PostAsync([message], Cancel);

        var sent = Assert.Single(bus["email"].Peek(0, 10));
        Assert.Equal(Name.Key + ".3", sent.Id);
        Assert.InRange(
            Instant.FromDateTimeOffset(sent.ScheduledFor!.Value), at - Duration.FromSeconds(1),
            at + Duration.FromSeconds(60));
        Assert.Equal(activity.Id, sent.Copy().ApplicationProperties[QueueMessageHandler.TraceParent]);
        Assert.Equal(message.ToBody(), ((Amqp.Framing.Data)sent.Copy().BodySection).Binary);
    }

    [Theory]
    [InlineData("webhook", 7, false, "webhook")]
    [InlineData("webhook", 7, true, "webhook-slow")]
    [InlineData("email", 0, true, "email")]
    public async Task Retries_of_webhooks_go_to_a_queue_of_their_own(
        string channel, long destination, bool isSlow, string queue)
    {
        using var bus = FakeServiceBus.Start(["email", "webhook", "webhook-slow"]);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");

        await ends.Sender.PostAsync(
            [new AlertMessage(channel, destination, [Name], 1, Instant.MinValue) { IsSlow = isSlow }],
            Cancel);

        Assert.Equal([Name.Key + ".1"], bus[queue].Ids);
    }
}
