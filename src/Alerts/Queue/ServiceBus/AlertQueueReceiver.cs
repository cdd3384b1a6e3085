using Alerts.Senders;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>Receives and handles the messages of all queues, except under the Functions host.</summary>
internal sealed partial class AlertQueueReceiver(
    ServiceBusConnection connection, IEnumerable<IChannel> channels, QueueMessageHandler handler,
    ILogger<AlertQueueReceiver> log)
    : BackgroundService
{
    /// <summary>Pause after the last retry; the library makes none.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            from channel in channels
            from queue in QueueNames.Of(channel)
            select ReceiveAsync(
                queue, QueueWorker.MessagesOf(channel, queue),
                (message, cancel) => handler.HandleAsync(
                    queue, message.Body,
                    message.ApplicationProperties.GetValueOrDefault(QueueMessageHandler.TraceParent) as string, cancel),
                stoppingToken));
        await handler.FinishAsync();
    }

    /// <summary>
    /// Receives from one queue until cancelled, then finishes or abandons the messages in progress and settles them. A
    /// handled message is completed, an unreadable one is dead-lettered with the reason, and any other failure returns
    /// the message to the queue.
    /// </summary>
    /// <param name="concurrency">Maximum number of messages handled at once.</param>
    internal async Task ReceiveAsync(
        string queue, int concurrency, Func<ServiceBusReceivedMessage, CancellationToken, Task> handle,
        CancellationToken cancel)
    {
        await using var processor = connection.Client.CreateProcessor(queue, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = false,
            MaxConcurrentCalls = concurrency,
            MaxAutoLockRenewalDuration = Timeout.InfiniteTimeSpan,
        });
        processor.ProcessMessageAsync += received => HandleAsync(received, handle);
        processor.ProcessErrorAsync += FailedAsync;
        await processor.StartProcessingAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await processor.StopProcessingAsync(CancellationToken.None);
    }

    private async Task HandleAsync(
        ProcessMessageEventArgs received, Func<ServiceBusReceivedMessage, CancellationToken, Task> handle)
    {
        connection.Succeeded(received.EntityPath);
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
                LogHandlerFailed(received.Message.MessageId, received.EntityPath, e);
            }

            await received.AbandonMessageAsync(received.Message);
        }
    }

    private async Task FailedAsync(ProcessErrorEventArgs failed)
    {
        if (failed.ErrorSource is not ServiceBusErrorSource.Receive)
        {
            // The broker redelivers the message; the ledger already has its result.
            LogNotSettled(failed.EntityPath, failed.Exception.Message.Split('\n')[0]);
        }
        else if (!failed.CancellationToken.IsCancellationRequested)
        {
            connection.Failed(failed.EntityPath, failed.Exception);
            await Task.Delay(Pause, failed.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Error, "Message {Id} of the queue {Queue} could not be handled; it is given back.")]
    private partial void LogHandlerFailed(string id, string queue, Exception exception);

    [LoggerMessage(LogLevel.Warning, "A message of the queue {Queue} was not settled ({Reason}); it comes again.")]
    private partial void LogNotSettled(string queue, string reason);
}
