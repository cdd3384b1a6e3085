using System.Diagnostics;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Alerts.Queue.ServiceBus;

/// <summary>Packs messages into transfers no larger than Service Bus takes, in their order.</summary>
internal static class MessageBatches
{
    /// <summary>256 KB, of the Standard tier (Azure Service Bus quotas), less 1 KB for what the broker adds.</summary>
    private const int MaxBytes = 255 * 1024;

    /// <summary>A body section around a message: descriptor, type and length (AMQP 1.0, sections 1.3 and 3.2.6).</summary>
    private const int SectionBytes = 8;

    /// <summary>The message format of a transfer each of whose body sections is a message of its own.</summary>
    private const uint BatchFormat = 0x80013700;

    private static readonly Symbol ScheduledEnqueueTime = new("x-opt-scheduled-enqueue-time");

    /// <exception cref="ArgumentException">One message is larger than a transfer may be.</exception>
    public static IEnumerable<Message> Pack(IEnumerable<QueueMessage> messages)
    {
        var traceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        var batch = new List<(Message Message, ByteBuffer Encoded)>();
        var bytes = 0;
        foreach (var each in messages)
        {
            var message = ToAmqp(each, traceParent);
            var encoded = message.Encode();
            var size = encoded.Length + SectionBytes;
            if (size > MaxBytes)
            {
                throw new ArgumentException($"Message {each.Id} has {encoded.Length} bytes; Service Bus takes at most {MaxBytes}.", nameof(messages));
            }

            if (bytes + size > MaxBytes)
            {
                yield return Packed(batch);
                batch.Clear();
                bytes = 0;
            }

            batch.Add((message, encoded));
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return Packed(batch);
        }
    }

    private static Message Packed(List<(Message Message, ByteBuffer Encoded)> batch)
    {
        if (batch.Count == 1)
        {
            return batch[0].Message;
        }

        var sections = new DataList();
        batch.ForEach(each => sections.Add(new Data { Buffer = each.Encoded }));
        return new Message { Format = BatchFormat, BodySection = sections };
    }

    private static Message ToAmqp(QueueMessage message, string? traceParent)
    {
        var amqp = new Message
        {
            Header = new Header { Durable = true },
            Properties = new Properties { MessageId = message.Id, ContentType = "application/json" },
            BodySection = new Data { Binary = message.Body.ToArray() },
        };
        if (message.NotBefore is { } notBefore)
        {
            amqp.MessageAnnotations = new MessageAnnotations { [ScheduledEnqueueTime] = notBefore.ToDateTimeUtc() };
        }

        if (traceParent is not null)
        {
            amqp.ApplicationProperties = new ApplicationProperties { ["traceparent"] = traceParent };
        }

        return amqp;
    }
}
