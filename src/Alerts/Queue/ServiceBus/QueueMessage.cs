using NodaTime;

namespace Alerts.Queue.ServiceBus;

/// <summary>What is sent to a queue.</summary>
/// <param name="Id">At most 128 characters. The broker drops one whose id it has seen within its duplicate detection window.</param>
/// <param name="Body">Not looked at; with its id at most 255 KB.</param>
/// <param name="NotBefore">In real time, to the millisecond; null for at once.</param>
internal sealed record QueueMessage(string Id, ReadOnlyMemory<byte> Body, Instant? NotBefore = null);

/// <summary>What a queue hands out: locked for this receiver until it is settled.</summary>
/// <param name="Id">Empty when its sender gave none.</param>
/// <param name="FailedDeliveries">How often it was handed out before and abandoned, or not settled in time.</param>
/// <param name="TraceParent">The W3C trace context of its sender; null for none.</param>
internal sealed record ReceivedMessage(string Id, ReadOnlyMemory<byte> Body, int FailedDeliveries, string? TraceParent);

/// <summary>What a handler made of a message.</summary>
internal abstract record MessageOutcome
{
    private MessageOutcome()
    {
    }

    /// <summary>Done with: the broker forgets it.</summary>
    public sealed record Completed : MessageOutcome;

    /// <summary>Not this time: the broker hands it out again at once, and gives up after its maximum of deliveries.</summary>
    public sealed record Abandoned : MessageOutcome;

    /// <summary>Never: the broker puts it aside for a person to look at.</summary>
    /// <param name="Reason">In words; no addresses or secrets.</param>
    public sealed record DeadLettered(string Reason) : MessageOutcome;
}
