using Amqp;
using Amqp.Framing;

namespace Alerts.Queue.ServiceBus;

/// <summary>Attaches links and waits for the broker's word on it: the library goes on without.</summary>
internal static class AmqpLinks
{
    /// <summary>Real time for one answer of the broker.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <exception cref="AmqpException">The broker refused it: no such queue, no right to it.</exception>
    public static Task<SenderLink> AttachSenderAsync(Session session, string address, CancellationToken cancel) =>
        AttachedAsync(
            session,
            onAttached => new SenderLink(session, NewName(address), new Attach { Source = new Source(), Target = new Target { Address = address } }, onAttached),
            attach => attach.Target is not null,
            cancel);

    /// <param name="replyTo">The address under which answers come to this link; null where nobody asks.</param>
    /// <exception cref="AmqpException">The broker refused it: no such queue, no right to it.</exception>
    public static Task<ReceiverLink> AttachReceiverAsync(Session session, string address, string? replyTo, CancellationToken cancel) =>
        AttachedAsync(
            session,
            onAttached => new ReceiverLink(session, NewName(address), new Attach { Source = new Source { Address = address }, Target = new Target { Address = replyTo } }, onAttached),
            attach => attach.Source is not null,
            cancel);

    /// <summary>Completes when it has ended, for whatever reason; never fails.</summary>
    public static Task<Error?> WhenClosed(this AmqpObject part)
    {
        var closed = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        part.AddClosedCallback((_, error) => closed.TrySetResult(error));
        return closed.Task;
    }

    /// <summary>A refusal is an answer without a terminus, followed by a detach with the reason (AMQP 1.0, section 2.6.3).</summary>
    private static async Task<TLink> AttachedAsync<TLink>(Session session, Func<OnAttached, TLink> create, Func<Attach, bool> isGranted, CancellationToken cancel)
        where TLink : Link
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = create((_, attach) =>
        {
            if (isGranted(attach))
            {
                answer.TrySetResult();
            }
        });
        link.AddClosedCallback((_, error) => answer.TrySetException(new AmqpException(error ?? session.Error ?? new Error(ErrorCode.DetachForced))));
        await answer.Task.WaitAsync(Patience, cancel);
        return link;
    }

    private static string NewName(string address) => $"{address}-{Guid.NewGuid():N}";
}
