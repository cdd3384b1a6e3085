using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Polly;
using Polly.Retry;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Receives from one queue. The broker hands out as many messages as there are free workers and no more: a message's lock
/// runs from then on. Locks are renewed while a handler works; a lost link is attached anew, for as long as it takes.
/// </summary>
/// <param name="workers">How many handlers may run at once.</param>
/// <param name="handle">Its own exceptions are our bugs: logged, and the message abandoned.</param>
internal sealed partial class ServiceBusReceiver(
    ServiceBusConnection connection, string queue, int workers, Func<ReceivedMessage, Task<MessageOutcome>> handle, TimeProvider time, ILogger<ServiceBusReceiver> log)
    : IDisposable
{
    /// <summary>A link that ends sooner counts as a failed try, so that two sides never run in a circle.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <summary>Of Service Bus, for a message that it shall put aside.</summary>
    private static readonly Symbol DeadLetter = new("com.microsoft:dead-letter");

    private readonly ConcurrentDictionary<Message, TaskCompletionSource> underWay = new();
    private readonly LinkCredit credit = new(workers);
    private readonly MessageLocks locks = new(connection, queue, time, log);

    /// <summary>Runs until cancelled; handlers that run then are waited for, and their messages settled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var untilAttached = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(AmqpTrouble.IsOnTheWay),
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            MaxRetryAttempts = int.MaxValue,
            OnRetry = retry =>
            {
                LogEnded(queue, retry.Outcome.Exception?.Message);
                return ValueTask.CompletedTask;
            },
        }).Build();
        try
        {
            while (true)
            {
                await untilAttached.ExecuteAsync(async token => await ReceiveAsync(token), cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // What an earlier link brought may still be in work.
            await WhenIdleAsync();
        }
    }

    public void Dispose() => locks.Dispose();

    /// <summary>One life of a link.</summary>
    private async Task ReceiveAsync(CancellationToken cancel)
    {
        var link = await AmqpLinks.AttachReceiverAsync(await connection.OpenSessionAsync(queue, cancel), queue, replyTo: null, cancel);
        var closed = link.WhenClosed();
        var began = time.GetTimestamp();
        link.Start(0, (from, message) =>
        {
            underWay[message] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            credit.Received(from);
            _ = WorkAsync(link, message, cancel);
        });
        credit.Use(link);
        try
        {
            var error = await closed.WaitAsync(cancel) ?? new Error(ErrorCode.DetachForced) { Description = "the link was closed" };
            if (time.GetElapsedTime(began) < Short)
            {
                throw new AmqpException(error);
            }

            LogEnded(queue, error.Description);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // No new credit; what still comes on the old is given back, and what is in work is finished.
            credit.Use(null);
            await WhenIdleAsync();
            await link.Session.CloseAsync(TimeSpan.FromSeconds(5)).ContinueWith(ended => ended.Exception, TaskScheduler.Default);
            throw;
        }
    }

    private async Task WhenIdleAsync()
    {
        while (!underWay.IsEmpty)
        {
            await Task.WhenAll(underWay.Values.Select(work => work.Task));
        }
    }

    private async Task WorkAsync(ReceiverLink link, Message message, CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            Settle(link, message, await HandleAsync(message, cancel));
        }
        catch (Exception e) when (AmqpTrouble.IsOnTheWay(e))
        {
            // Its link has gone: the broker hands it out again, and the ledger knows what became of it.
            LogNotSettled(IdOf(message), queue, e.Message);
        }
        finally
        {
            credit.Settled();
            if (underWay.TryRemove(message, out var work))
            {
                work.SetResult();
            }
        }
    }

    /// <summary>What the handler made of it; null when it was told to end before the handler began.</summary>
    private async Task<MessageOutcome?> HandleAsync(Message message, CancellationToken cancel)
    {
        if (message.BodySection is not Data body)
        {
            return new MessageOutcome.DeadLettered("its body is not binary");
        }

        var received = new ReceivedMessage(
            IdOf(message), body.Binary, (int)(message.Header?.DeliveryCount ?? 0), message.ApplicationProperties?["traceparent"] as string);
        using var handled = new CancellationTokenSource();
        var kept = locks.KeepAsync(message, handled.Token);
        try
        {
            return cancel.IsCancellationRequested ? null : await handle(received);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The loop's edge: our own bug. The message is given back, and put aside by the broker when that does not help.
            LogHandlerFailed(received.Id, queue, e);
            return new MessageOutcome.Abandoned();
        }
        finally
        {
            await handled.CancelAsync();
            await kept;
        }
    }

    private static void Settle(ReceiverLink link, Message message, MessageOutcome? outcome)
    {
        switch (outcome)
        {
            case null:
                link.Release(message);
                break;
            case MessageOutcome.Completed:
                link.Accept(message);
                break;
            case MessageOutcome.Abandoned:
                link.Modify(message, deliveryFailed: true);
                break;
            case MessageOutcome.DeadLettered dead:
                link.Reject(message, new Error(DeadLetter) { Info = new Fields { [new Symbol("DeadLetterReason")] = dead.Reason } });
                break;
        }
    }

    private static string IdOf(Message message) => message.Properties?.GetMessageId()?.ToString() ?? "";

    [LoggerMessage(LogLevel.Warning, "Receiving from the Service Bus queue {Queue} ended ({Reason}); it begins anew.")]
    private partial void LogEnded(string queue, string? reason);

    [LoggerMessage(LogLevel.Warning, "Message {Id} of the Service Bus queue {Queue} was not settled ({Reason}); it comes again.")]
    private partial void LogNotSettled(string id, string queue, string reason);

    [LoggerMessage(LogLevel.Error, "Message {Id} of the Service Bus queue {Queue} failed by an error of this service; it is given back.")]
    private partial void LogHandlerFailed(string id, string queue, Exception exception);
}
