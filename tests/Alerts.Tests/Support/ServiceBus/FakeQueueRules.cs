namespace Alerts.Tests.Support.ServiceBus;

/// <summary>How a queue of the fake behaves; the defaults are those of Service Bus.</summary>
internal sealed record FakeQueueRules
{
    public TimeSpan LockFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so many failed deliveries a message goes to the dead-letter queue.</summary>
    public uint MaxDeliveries { get; init; } = 10;

    /// <summary>How long a message id is remembered, as the deployed queues have it; null for no duplicate detection.</summary>
    public TimeSpan? DuplicatesWithin { get; init; } = TimeSpan.FromMinutes(1);
}
