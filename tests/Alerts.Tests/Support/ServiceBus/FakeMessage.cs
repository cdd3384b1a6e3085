using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>A message as the fake stores it: the bytes received and its state in the queue.</summary>
internal sealed class FakeMessage
{
    private readonly byte[] _bytes;

    public FakeMessage(Message message, long sequence, DateTimeOffset enqueuedAt)
    {
        var encoded = message.Encode();
        _bytes = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();
        Id = message.Properties?.GetMessageId()?.ToString();
        ScheduledFor = message.MessageAnnotations?[new Symbol("x-opt-scheduled-enqueue-time")] is DateTime at
            ? new DateTimeOffset(at, TimeSpan.Zero) : null;
        EnqueuedAt = ScheduledFor > enqueuedAt ? ScheduledFor.Value : enqueuedAt;
        Sequence = sequence;
    }

    public string? Id { get; }

    public long Sequence { get; }

    /// <summary>The time the sender scheduled it for; null when it was sent without one.</summary>
    public DateTimeOffset? ScheduledFor { get; }

    /// <summary>When it becomes, or became, visible to receivers.</summary>
    public DateTimeOffset EnqueuedAt { get; set; }

    /// <summary>Number of its deliveries that failed: abandoned, or the lock expired.</summary>
    public uint FailedDeliveries { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public int Bytes => _bytes.Length;

    /// <summary>Returns a copy with the annotations and the header that Service Bus adds.</summary>
    public HandedOut Copy(Guid lockToken = default)
    {
        var buffer = new ByteBuffer(_bytes, 0, _bytes.Length, _bytes.Length);
        var read = Message.Decode(buffer);
        var annotations = read.MessageAnnotations ?? new MessageAnnotations();
        annotations[new Symbol("x-opt-sequence-number")] = Sequence;
        annotations[new Symbol("x-opt-enqueued-time")] = EnqueuedAt.UtcDateTime;
        if (lockToken != default)
        {
            annotations[new Symbol("x-opt-locked-until")] = LockedUntil.UtcDateTime;
        }

        var header = read.Header ?? new Header();
        header.DeliveryCount = FailedDeliveries;
        return new HandedOut(lockToken)
        {
            Header = header,
            MessageAnnotations = annotations,
            Properties = read.Properties,
            ApplicationProperties = read.ApplicationProperties,
            BodySection = read.BodySection,
        };
    }
}

/// <summary>A message being delivered to a receiver; its lock token becomes the delivery's tag.</summary>
/// <param name="lockToken">
/// The lock token; empty when the message is not locked (peeked, or deleted on receipt).
/// </param>
internal sealed class HandedOut(Guid lockToken) : Message
{
    public Guid LockToken => lockToken;
}
