namespace Alerts.Tests.Support.ServiceBus;

/// <summary>The settings of a fake queue; the defaults are those of Service Bus.</summary>
internal sealed record FakeQueueRules
{
    public TimeSpan LockFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Number of failed deliveries after which a message goes to the dead-letter queue; default 10.</summary>
    public uint MaxDeliveries { get; init; } = 10;

    /// <summary>
    /// How long a message id is remembered, by default 1 minute as in the deployed queues; null
    /// for no duplicate detection.
    /// </summary>
    public TimeSpan? DuplicatesWithin { get; init; } = TimeSpan.FromMinutes(1);
}
