using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>A queue's <c>$management</c> node: renews locks, settles, schedules, cancels and peeks.</summary>
internal sealed class QueueRequests(FakeQueue queue) : IRequestProcessor
{
    public int Credit => 100;

    public void Process(RequestContext requestContext)
    {
        var request = requestContext.Message;
        if (!Claims.Allow(requestContext.Link.Session.Connection, queue.Name + "/$management"))
        {
            requestContext.Complete(Answer(401, "Unauthorized", null));
            return;
        }

        var body = request.Body as Map ?? [];
        requestContext.Complete(request.ApplicationProperties?["operation"] switch
        {
            "com.microsoft:renew-lock" => Renewed((Guid[])body["lock-tokens"]),
            "com.microsoft:update-disposition" => Settled(body),
            "com.microsoft:schedule-message" => Scheduled(
                ((System.Collections.IEnumerable)body["messages"]).Cast<Map>()),
            "com.microsoft:cancel-scheduled-message" => Cancelled((long[])body["sequence-numbers"]),
            "com.microsoft:peek-message" => Peeked((long)body["from-sequence-number"], (int)body["message-count"]),
            var operation => Answer(501, $"{operation} is not part of the fake", null),
        });
    }

    private Message Renewed(Guid[] tokens)
    {
        var until = tokens.Select(queue.Renew).ToList();
        return until.TrueForAll(at => at is not null)
            ? Answer(200, "OK", new Map
            {
                ["expirations"] = until.OfType<DateTimeOffset>().Select(at => at.UtcDateTime).ToArray()
            })
            : Answer(410, "The lock supplied is invalid.", null, "com.microsoft:message-lock-lost");
    }

    /// <summary>Settles messages whose link has ended.</summary>
    private Message Settled(Map body)
    {
        DeliveryState outcome = body["disposition-status"] switch
        {
            "completed" => new Accepted(),
            "suspended" => new Rejected
            {
                Error = new Error("com.microsoft:dead-letter")
                {
                    Info = new Fields
                    {
                        [new Symbol("DeadLetterReason")] = body["deadletter-reason"],
                        [new Symbol("DeadLetterErrorDescription")] = body["deadletter-description"],
                    },
                },
            },
            _ => new Modified { DeliveryFailed = true },
        };
        return ((Guid[])body["lock-tokens"]).All(token => queue.Settle(token, outcome))
            ? Answer(200, "OK", null)
            : Answer(410, "The lock supplied is invalid.", null, "com.microsoft:message-lock-lost");
    }

    private Message Scheduled(IEnumerable<Map> entries) => Answer(200, "OK", new Map
    {
        // A dropped duplicate also gets a number; 0 belongs to no message.
        ["sequence-numbers"] = entries.Select(entry => queue.Enqueue(Decoded((byte[])entry["message"])) ?? 0).ToArray(),
    });

    private Message Cancelled(long[] sequences) =>
        sequences.All(queue.CancelScheduled)
            ? Answer(200, "OK", null)
            : Answer(404, "The scheduled message was not found.", null, "com.microsoft:message-not-found");

    private Message Peeked(long from, int count)
    {
        var found = queue.Peek(from, count);
        return found.Count == 0
            ? Answer(204, "No content", null)
            : Answer(200, "OK", new Map
            {
                ["messages"] = new List<object>(
                    found.Select(message => (object)new Map { ["message"] = Encoded(message.Copy()) }))
            });
    }

    private static Message Answer(int code, string description, Map? body, string? condition = null)
    {
        var answer = new Message
        {
            BodySection = new AmqpValue { Value = body ?? [] },
            ApplicationProperties = new ApplicationProperties()
        };
        answer.ApplicationProperties["statusCode"] = code;
        answer.ApplicationProperties["statusDescription"] = description;
        if (condition is not null)
        {
            answer.ApplicationProperties["errorCondition"] = new Symbol(condition);
        }

        return answer;
    }

    private static Message Decoded(byte[] bytes) =>
        Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));

    private static byte[] Encoded(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }
}
