using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Receives from one queue. A message that was handled is completed, one that cannot be read is dead-lettered with the
/// reason, and any other failure gives it back to the queue.
/// </summary>
/// <param name="concurrency">How many messages are handled at once; no more are handed out.</param>
internal sealed partial class QueueProcessor(
    ServiceBusConnection connection, string queue, int concurrency,
    Func<ServiceBusReceivedMessage, CancellationToken, Task> handle, ILogger<QueueProcessor> log)
{
    private int failures;

    /// <summary>Runs until cancelled; then what is in work is finished or given up, and settled.</summary>
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
            // The worker's edge: the message comes again, and is put aside by the broker when that does not help.
            if (!received.CancellationToken.IsCancellationRequested)
            {
                LogHandlerFailed(received.Message.MessageId, queue, e);
            }

            await received.AbandonMessageAsync(received.Message);
        }
    }

    /// <summary>The library tries again at once, for as long as it takes: the pause is made here.</summary>
    private async Task FailedAsync(ProcessErrorEventArgs failed)
    {
        if (failed.ErrorSource is not ServiceBusErrorSource.Receive)
        {
            // The broker delivers it again, and the ledger knows its result.
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
