using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Alerts.Queue.ServiceBus;

/// <summary>Keeps the locks of one queue's messages alive while their handlers work (<c>com.microsoft:renew-lock</c>).</summary>
internal sealed partial class MessageLocks(ServiceBusConnection connection, string queue, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly Symbol LockedUntil = new("x-opt-locked-until");

    private readonly SemaphoreSlim gate = new(1);
    private RequestLink? current;

    /// <summary>
    /// Renews, each time when half of the lock's time is over, until it is told to end. A message without a lock (of a broker
    /// that has none) needs no renewal.
    /// </summary>
    public async Task KeepAsync(Message message, CancellationToken end)
    {
        if (message.MessageAnnotations?[LockedUntil] is not DateTime until || message.DeliveryTag is not { Length: 16 } tag)
        {
            return;
        }

        try
        {
            while (true)
            {
                var left = new DateTimeOffset(until, TimeSpan.Zero) - time.GetUtcNow();
                await Task.Delay(left / 2 > TimeSpan.FromMilliseconds(100) ? left / 2 : TimeSpan.FromMilliseconds(100), time, end);
                until = await RenewAsync(new Guid(tag), end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The handler is done.
        }
        catch (Exception e) when (AmqpTrouble.IsOnTheWay(e))
        {
            // The broker will hand it out once more; what its handler does meanwhile is not undone.
            LogLost(message.Properties?.GetMessageId()?.ToString(), queue, e.Message);
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<DateTime> RenewAsync(Guid token, CancellationToken cancel)
    {
        var link = await LinkAsync(cancel);
        var answer = await link.AskAsync(
            new Map { ["lock-tokens"] = new[] { token } }, new ApplicationProperties { ["operation"] = "com.microsoft:renew-lock" }, cancel);
        return (answer.Body as Map)?["expirations"] is DateTime[] { Length: 1 } expirations
            ? expirations[0]
            : throw new AmqpException(ErrorCode.DecodeError, "the answer to a renewal holds no time");
    }

    private async Task<RequestLink> LinkAsync(CancellationToken cancel)
    {
        var node = queue + "/$management";
        await gate.WaitAsync(cancel);
        try
        {
            return current = current is { IsClosed: false } ? current : await RequestLink.OpenAsync(await connection.OpenSessionAsync(node, cancel), node, cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The lock of message {Id} of the Service Bus queue {Queue} was lost ({Reason}).")]
    private partial void LogLost(string? id, string queue, string reason);
}
