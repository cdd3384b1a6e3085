using Amqp;
using Amqp.Framing;
using Polly;
using Polly.Retry;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Sends to one queue, over one link that is attached anew after it was lost; safe to use by several at once. What was under
/// way when it was lost is sent again: the broker knows a message that it had already taken by its id.
/// </summary>
internal sealed partial class ServiceBusSender : IDisposable
{
    private readonly ServiceBusConnection connection;
    private readonly string queue;
    private readonly ILogger<ServiceBusSender> log;
    private readonly ResiliencePipeline again;
    private readonly SemaphoreSlim gate = new(1);
    private SenderLink? current;

    public ServiceBusSender(ServiceBusConnection connection, string queue, ILogger<ServiceBusSender> log)
    {
        (this.connection, this.queue, this.log) = (connection, queue, log);
        again = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            // 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5 s, each with jitter: about 20 s in all.
            ShouldHandle = new PredicateBuilder().Handle<Exception>(AmqpTrouble.MayPass),
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            MaxRetryAttempts = 8,
            OnRetry = retry =>
            {
                LogAgain(queue, retry.Outcome.Exception?.Message);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>Returns when the broker has taken every one of them: it keeps them from then on.</summary>
    /// <exception cref="QueueUnreachableException">Some were perhaps not taken; sending all of them again does no harm.</exception>
    /// <exception cref="ArgumentException">A message is larger than 255 KB.</exception>
    public async Task SendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancel)
    {
        foreach (var transfer in MessageBatches.Pack(messages))
        {
            try
            {
                await again.ExecuteAsync(async token => await SendOnceAsync(transfer, token), cancel);
            }
            catch (Exception e) when (AmqpTrouble.IsOnTheWay(e))
            {
                throw new QueueUnreachableException(queue, e);
            }
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task SendOnceAsync(Message transfer, CancellationToken cancel)
    {
        var link = await LinkAsync(cancel);
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Send(transfer, (_, _, outcome, _) => Judge(taken, outcome), null);
        try
        {
            await taken.Task.WaitAsync(AmqpLinks.Patience, cancel);
        }
        catch (TimeoutException)
        {
            // Nobody knows whether it was taken, and a link that does not answer is not used again.
            link.Cancel(transfer);
            Interlocked.CompareExchange(ref current, null, link);
            throw;
        }
    }

    private async Task<SenderLink> LinkAsync(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            return current = current is { IsClosed: false } ? current : await AmqpLinks.AttachSenderAsync(await connection.OpenSessionAsync(queue, cancel), queue, cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    private static void Judge(TaskCompletionSource taken, Amqp.Framing.Outcome outcome)
    {
        if (outcome is Accepted)
        {
            taken.TrySetResult();
        }
        else
        {
            taken.TrySetException(new AmqpException((outcome as Rejected)?.Error ?? new Error(ErrorCode.MessageReleased) { Description = "not taken" }));
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sending to the Service Bus queue {Queue} failed ({Reason}); it is tried again.")]
    private partial void LogAgain(string queue, string? reason);
}
