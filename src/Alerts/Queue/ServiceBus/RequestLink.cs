using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;

namespace Alerts.Queue.ServiceBus;

/// <summary>Questions and answers with a node of the broker (<c>$cbs</c>, <c>queue/$management</c>); several may be open at once.</summary>
internal sealed class RequestLink
{
    private readonly string replyTo = Guid.NewGuid().ToString();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> open = new();
    private readonly SenderLink sender;

    private RequestLink(SenderLink sender) => this.sender = sender;

    public bool IsClosed => sender.IsClosed;

    public static async Task<RequestLink> OpenAsync(Session session, string node, CancellationToken cancel)
    {
        var link = new RequestLink(await AmqpLinks.AttachSenderAsync(session, node, cancel));
        var receiver = await AmqpLinks.AttachReceiverAsync(session, node, link.replyTo, cancel);
        receiver.Start(50, (from, answer) =>
        {
            from.Accept(answer);
            if (link.open.TryRemove(answer.Properties?.GetCorrelationId()?.ToString() ?? "", out var asked))
            {
                asked.TrySetResult(answer);
            }
        });
        receiver.AddClosedCallback((_, error) => link.Fail(error));
        link.sender.AddClosedCallback((_, error) => link.Fail(error));
        return link;
    }

    /// <exception cref="AmqpException">The answer has a status other than 2xx.</exception>
    public async Task<Message> AskAsync(object body, ApplicationProperties properties, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString();
        var asked = open[id] = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var request = new Message(body) { Properties = new Properties { MessageId = id, ReplyTo = replyTo }, ApplicationProperties = properties };
            sender.Send(request, (_, _, outcome, _) => FailUnlessTaken(asked, outcome), null);
            var answer = await asked.Task.WaitAsync(AmqpLinks.Patience, cancel);
            var status = Property(answer, "statusCode", "status-code");
            return status is >= 200 and < 300 ? answer : throw new AmqpException(Condition(answer, status), Text(answer, "statusDescription", "status-description"));
        }
        finally
        {
            open.TryRemove(id, out _);
        }
    }

    private void Fail(Error? error)
    {
        foreach (var asked in open.Values)
        {
            asked.TrySetException(new AmqpException(error ?? new Error(ErrorCode.DetachForced)));
        }
    }

    private static void FailUnlessTaken(TaskCompletionSource<Message> asked, Outcome outcome)
    {
        if (outcome is not Accepted)
        {
            asked.TrySetException(new AmqpException((outcome as Rejected)?.Error ?? new Error(ErrorCode.MessageReleased)));
        }
    }

    private static int? Property(Message answer, params string[] names) =>
        names.Select(name => answer.ApplicationProperties?[name]).OfType<int>().Select(status => (int?)status).FirstOrDefault();

    private static string Text(Message answer, params string[] names) =>
        names.Select(name => answer.ApplicationProperties?[name]).OfType<string>().FirstOrDefault() ?? "the answer says nothing more";

    private static string Condition(Message answer, int? status) =>
        answer.ApplicationProperties?["errorCondition"]?.ToString() ?? (status is 401 or 403 ? ErrorCode.UnauthorizedAccess : ErrorCode.InternalError);
}
