using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>A message as the fake keeps it: its bytes as they came, and what the queue knows of it.</summary>
internal sealed class FakeMessage
{
    private readonly byte[] _bytes;

    public FakeMessage(Message message, long sequence, DateTimeOffset enqueuedAt)
    {
        var encoded = message.Encode();
        _bytes = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();
        Id = message.Properties?.GetMessageId()?.ToString();
        ScheduledFor = message.MessageAnnotations?[new Symbol("x-opt-scheduled-enqueue-time")] is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
        EnqueuedAt = ScheduledFor > enqueuedAt ? ScheduledFor.Value : enqueuedAt;
        Sequence = sequence;
    }

    public string? Id { get; }

    public long Sequence { get; }

    /// <summary>Null when it was not sent with a time.</summary>
    public DateTimeOffset? ScheduledFor { get; }

    /// <summary>When it becomes, or became, visible to receivers.</summary>
    public DateTimeOffset EnqueuedAt { get; set; }

    /// <summary>How many deliveries of it have failed: abandoned, or the lock ran out.</summary>
    public uint FailedDeliveries { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public int Bytes => _bytes.Length;

    /// <summary>A copy with the annotations and header Service Bus adds.</summary>
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

/// <summary>A message on its way to a receiver; its lock token becomes the delivery's tag.</summary>
/// <param name="lockToken">Empty when it is not locked (peeked, or received and deleted at once).</param>
internal sealed class HandedOut(Guid lockToken) : Message
{
    public Guid LockToken => lockToken;
}
