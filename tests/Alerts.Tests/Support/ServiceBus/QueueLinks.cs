using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>Attaches links to queues: checks the address and the claims, and connects senders and receivers.</summary>
internal sealed class QueueLinks(FakeServiceBus bus) : ILinkProcessor
{
    public void Process(AttachContext context)
    {
        var attach = context.Attach;
        var address = FakeServiceBus.AddressOf(attach);
        if (bus.Find(address) is not { } queue)
        {
            context.Complete(new Error("amqp:not-found")
            {
                Description = $"The messaging entity '{address}' could not be found."
            });
        }
        else if (!Claims.Allow(context.Link.Session.Connection, address))
        {
            context.Complete(new Error("amqp:unauthorized-access")
            {
                Description = $"Unauthorized access. 'Send' or 'Listen' claim(s) are required for '{address}'."
            });
        }
        else if (attach.Role)
        {
            var receiver = new ReceiversEnd(context.Link, queue);
            context.Complete(receiver, 0);
            queue.Add(receiver);
        }
        else
        {
            attach.MaxMessageSize = FakeServiceBus.MaxMessageSize;
            context.Complete(new SendersEnd(bus, queue), 300);
        }
    }

    /// <summary>The queue's end of a sender's link. A transfer is one message or one batch of messages.</summary>
    private sealed class SendersEnd(FakeServiceBus bus, FakeQueue queue) : LinkEndpoint
    {
        public override void OnMessage(MessageContext messageContext)
        {
            var message = messageContext.Message;
            var size = message.Encode().Length;
            bus.Count(queue, size);
            if (size > FakeServiceBus.MaxMessageSize)
            {
                messageContext.Complete(new Error("amqp:link:message-size-exceeded")
                {
                    Description = $"The received message ({size} bytes) exceeds the limit "
                        + $"({FakeServiceBus.MaxMessageSize} bytes)."
                });
                return;
            }

            if (bus.TakeFault(out var fault) && fault.Condition is { } condition)
            {
                messageContext.Complete(new Error(condition) { Description = "The fake is set to refuse this." });
                return;
            }

            foreach (var one in Unpacked(message))
            {
                queue.Enqueue(one);
            }

            if (fault is not null)
            {
                bus.DropConnections();
                return;
            }

            messageContext.Complete();
        }

        public override void OnFlow(FlowContext flowContext)
        {
        }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
        }

        private static IEnumerable<Message> Unpacked(Message message) =>
            message.Format != FakeServiceBus.BatchFormat ? [message]
            : message.Body is Data[] parts ? parts.Select(part => Decoded(part.Binary))
            : [Decoded((byte[])message.Body)];

        private static Message Decoded(byte[] bytes) =>
            Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
    }

    /// <summary>
    /// The queue's end of a receiver's link. It counts credit itself because the library's own count is private.
    /// </summary>
    private sealed class ReceiversEnd(ListenerLink link, FakeQueue queue) : LinkEndpoint, IFakeReceiver
    {
        private int _credit;

        public int Credit => Volatile.Read(ref _credit);

        public bool Locks => !link.SettleOnSend;

        public bool TryHand(HandedOut message)
        {
            try
            {
                Interlocked.Decrement(ref _credit);
                link.SendMessage(message);
                return true;
            }
            catch (Exception e) when (e is AmqpException or ObjectDisposedException)
            {
                return false;
            }
        }

        public override void OnFlow(FlowContext flowContext)
        {
            if (flowContext.Messages > 0)
            {
                Interlocked.Add(ref _credit, flowContext.Messages);
            }
            else
            {
                Interlocked.Exchange(ref _credit, 0);
            }

            queue.Deliver();
            if (link.IsDraining)
            {
                Interlocked.Exchange(ref _credit, 0);
                link.SetCredit(0, drain: true, autoRestore: false);
            }
        }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
            if (link.IsClosed || dispositionContext.Message is not HandedOut message)
            {
                // A message whose link has ended stays locked until its lock expires.
                return;
            }

            if (queue.Settle(message.LockToken, dispositionContext.DeliveryState))
            {
                dispositionContext.Complete();
            }
            else
            {
                dispositionContext.Complete(new Error("com.microsoft:message-lock-lost")
                {
                    Description = "The lock supplied is invalid. Either the lock expired, or the message has already "
                        + "been removed from the queue."
                });
            }
        }

        public override void OnLinkClosed(ListenerLink closed, Error error) => queue.Remove(this);
    }
}
