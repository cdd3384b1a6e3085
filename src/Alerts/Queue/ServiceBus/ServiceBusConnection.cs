using System.Net.Sockets;
using Azure.Core;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>The connection to the namespace. It reports outages of the namespace or of one queue.</summary>
internal sealed class ServiceBusConnection : IAsyncDisposable
{
    private const string Namespace = "Service Bus";

    private readonly ServiceBusOptions options;
    private readonly OutageLog outages;

    /// <param name="credential">Used when the options hold no key.</param>
    /// <param name="probe">A queue that always exists; read to see whether an outage of the namespace is over.</param>
    /// <param name="adjust">For tests: changes the client options before connecting.</param>
    public ServiceBusConnection(
        ServiceBusOptions options, TokenCredential credential, ILogger<ServiceBusConnection> log, string probe,
        Action<ServiceBusClientOptions>? adjust = null)
    {
        (this.options, outages) = (options, new OutageLog(log));
        var client = new ServiceBusClientOptions();
        client.RetryOptions.CustomRetryPolicy = new BrokerRetryPolicy(failure => Failed(probe, failure));
        adjust?.Invoke(client);
        Client = options.ConnectionString is { } key ? new(key, client) : new(options.Host, credential, client);
    }

    public ServiceBusClient Client { get; }

    /// <summary>Records that an operation on a queue failed.</summary>
    public void Failed(string queue, Exception failure)
    {
        if (failure.Message.StartsWith("Error recovery delay", StringComparison.Ordinal))
        {
            return; // the library repeats an earlier failure
        }

        var isOfQueue = failure is ServiceBusException
        {
            Reason: ServiceBusFailureReason.MessagingEntityNotFound or ServiceBusFailureReason.MessagingEntityDisabled
                or ServiceBusFailureReason.QuotaExceeded,
        };
        outages.Begin(isOfQueue ? NameOf(queue) : Namespace, Reason(failure), cancel => PeekAsync(queue, cancel));
    }

    /// <summary>Records that an operation on a queue succeeded.</summary>
    public void Succeeded(string queue)
    {
        outages.End(Namespace);
        outages.End(NameOf(queue));
    }

    /// <summary>The cause in one sentence for an operator, without keys or tokens.</summary>
    public string Reason(Exception failure) => failure switch
    {
        UnauthorizedAccessException when options.ConnectionString is not null =>
            "the key in Alerts:ServiceBus:ConnectionString is not accepted; write the current connection string.",
        UnauthorizedAccessException =>
            "the managed identity may not use it; give it the roles Azure Service Bus Data Sender and Data Receiver.",
        ServiceBusException { Reason: ServiceBusFailureReason.MessagingEntityNotFound } => "it does not exist.",
        _ => failure.Message.Split('\n')[0].TrimEnd(),
    };

    public async ValueTask DisposeAsync()
    {
        outages.Dispose();
        await Client.DisposeAsync();
    }

    private static string NameOf(string queue) => $"The Service Bus queue {queue}";

    private async Task PeekAsync(string queue, CancellationToken cancel)
    {
        await using var receiver = Client.CreateReceiver(queue);
        await receiver.PeekMessageAsync(cancellationToken: cancel);
    }
}

/// <summary>
/// Retries transient failures, 8 times within about 20 s. It does not retry a wrong key or a missing queue, as the
/// library's own policy does. It reports each retried failure, because the library reports only the last one.
/// </summary>
internal sealed class BrokerRetryPolicy(Action<Exception> failed) : ServiceBusRetryPolicy
{
    private const int MaxRetries = 8;

    /// <summary>Timeout for one broker response, and for one wait for messages.</summary>
    public override TimeSpan CalculateTryTimeout(int attemptCount) => TimeSpan.FromSeconds(20);

    public override TimeSpan? CalculateRetryDelay(Exception lastException, int attemptCount)
    {
        if (lastException is ServiceBusException { IsTransient: true } or TimeoutException or SocketException)
        {
            failed(lastException);
            return attemptCount <= MaxRetries ? DelayAfter(attemptCount) : null;
        }

        return null;
    }

    /// <summary>0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5 s, each ±10 %.</summary>
    private static TimeSpan DelayAfter(int failures) =>
        TimeSpan.FromSeconds(Math.Min(5, 0.1 * Math.Pow(2, failures)) * (0.9 + (Random.Shared.NextDouble() * 0.2)));
}
