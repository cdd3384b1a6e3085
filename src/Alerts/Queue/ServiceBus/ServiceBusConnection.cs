using Azure.Core;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// This process's single connection to the namespace. It reports outages of the namespace or of one queue.
/// </summary>
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
