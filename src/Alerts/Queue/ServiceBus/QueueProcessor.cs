using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Receives from one queue. A handled message is completed, an unreadable one is dead-lettered with the reason, and any
/// other failure returns the message to the queue.
/// </summary>
/// <param name="concurrency">Maximum number of messages handled at once.</param>
internal sealed partial class QueueProcessor(
    ServiceBusConnection connection, string queue, int concurrency,
    Func<ServiceBusReceivedMessage, CancellationToken, Task> handle, ILogger<QueueProcessor> log)
{
    private int failures;

    /// <summary>Runs until cancelled, then finishes or abandons the messages in progress and settles them.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var processor = connection.Client.CreateProcessor(queue, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = false,
            MaxConcurrentCalls = concurrency,
            MaxAutoLockRenewalDuration = Timeout.InfiniteTimeSpan,
        });
        processor.ProcessMessageAsync += HandleAsync;
        processor.ProcessErrorAsync += FailedAsync;
        await processor.StartProcessingAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await processor.StopProcessingAsync(CancellationToken.None);
    }

    private async Task HandleAsync(ProcessMessageEventArgs received)
    {
        failures = 0;
        connection.Succeeded(queue);
        try
        {
            await handle(received.Message, received.CancellationToken);
            await received.CompleteMessageAsync(received.Message);
        }
        catch (UnreadableMessageException e)
        {
            await received.DeadLetterMessageAsync(received.Message, e.Message);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ServiceBusException))
        {
            // The worker's edge: the broker redelivers the message, and dead-letters it after
            // its maximum delivery count.
            if (!received.CancellationToken.IsCancellationRequested)
            {
                LogHandlerFailed(received.Message.MessageId, queue, e);
            }

            await received.AbandonMessageAsync(received.Message);
        }
    }

    /// <summary>
    /// Handles a receive error. The library retries at once and waits for this handler, so the pause is made here.
    /// </summary>
    private async Task FailedAsync(ProcessErrorEventArgs failed)
    {
        if (failed.ErrorSource is not ServiceBusErrorSource.Receive)
        {
            // The broker redelivers the message; the ledger already has its result.
            LogNotSettled(queue, failed.Exception.Message.Split('\n')[0]);
        }
        else if (!failed.CancellationToken.IsCancellationRequested)
        {
            connection.Failed(queue, failed.Exception);
            await Task.Delay(RetryPolicy.DelayAfter(Interlocked.Increment(ref failures)), failed.CancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Error, "Message {Id} of the queue {Queue} could not be handled; it is given back.")]
    private partial void LogHandlerFailed(string id, string queue, Exception exception);

    [LoggerMessage(LogLevel.Warning, "A message of the queue {Queue} was not settled ({Reason}); it comes again.")]
    private partial void LogNotSettled(string queue, string reason);
}
