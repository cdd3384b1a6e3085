using Azure.Core;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// The one connection of this process to the namespace. An outage is logged once when it begins and once when it ends: while one
/// lasts, a queue is peeked at until that succeeds.
/// </summary>
internal sealed class ServiceBusConnection : IAsyncDisposable
{
    private const string Namespace = "Service Bus";
    private static readonly TimeSpan PeekEvery = TimeSpan.FromSeconds(1);

    private readonly ServiceBusOptions options;
    private readonly OutageLog outages;
    private readonly CancellationTokenSource stopping = new();

    /// <param name="credential">Used when the options have no key.</param>
    /// <param name="adjust">For tests: what else to set before connecting.</param>
    public ServiceBusConnection(
        ServiceBusOptions options, TokenCredential credential, ILogger<ServiceBusConnection> log, Action<ServiceBusClientOptions>? adjust = null)
    {
        (this.options, outages) = (options, new OutageLog(log));
        var client = new ServiceBusClientOptions { CustomEndpointAddress = options.Endpoint };
        client.RetryOptions.CustomRetryPolicy = new RetryPolicy(Failed);
        adjust?.Invoke(client);
        Client = options.ConnectionString is { } key ? new(key, client) : new(options.Host, credential, client);
    }

    public ServiceBusClient Client { get; }

    /// <summary>Whether the library failed by connection, sign-in or broker trouble; everything else is our own bug.</summary>
    public static bool IsTrouble(Exception failure) =>
        failure is ServiceBusException or UnauthorizedAccessException or ObjectDisposedException || Outage.Is(failure);

    /// <summary>Notes that an operation on a queue succeeded.</summary>
    public void Succeeded(string queue)
    {
        outages.End(Namespace);
        outages.End(NameOf(queue));
    }

    /// <summary>What is wrong, in one sentence for an operator; no keys or tokens.</summary>
    public string Reason(Exception failure) => failure switch
    {
        UnauthorizedAccessException when options.ConnectionString is not null =>
            "the key in Alerts:ServiceBus:ConnectionString is not accepted; write the namespace's current connection string.",
        UnauthorizedAccessException =>
            "the managed identity may not use it; give it the roles Azure Service Bus Data Sender and Data Receiver.",
        ServiceBusException { Reason: ServiceBusFailureReason.MessagingEntityNotFound } => "it does not exist; create it.",
        _ => failure.Message.Split('\n')[0].TrimEnd(),
    };

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Client.DisposeAsync();
        stopping.Dispose();
    }

    private static string NameOf(string queue) => $"The Service Bus queue {queue}";

    private void Failed(Exception failure)
    {
        var queue = (failure as ServiceBusException)?.EntityPath;
        var isOfQueue = failure is ServiceBusException { Reason: ServiceBusFailureReason.MessagingEntityNotFound };
        var what = isOfQueue && queue is not null ? NameOf(queue) : Namespace;
        if (outages.Begin(what, Reason(failure)))
        {
            _ = PeekUntilItEndsAsync(queue ?? QueueNames.Any, what);
        }
    }

    private async Task PeekUntilItEndsAsync(string queue, string what)
    {
        await using var receiver = Client.CreateReceiver(queue);
        while (outages.IsOpen(what) && !stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(PeekEvery, stopping.Token);
                await receiver.PeekMessageAsync(cancellationToken: stopping.Token);
                Succeeded(queue);
            }
            catch (Exception e) when (IsTrouble(e))
            {
                // It lasts, or this process ends.
            }
        }
    }
}
