using Amqp;
using Amqp.Sasl;
using Azure.Core;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// The one connection of this process to the namespace, opened when it is first needed and opened anew once it was lost.
/// It is up to its users to try again; whatever was under way on a lost connection fails.
/// </summary>
/// <param name="credential">Used when the options have no key.</param>
internal sealed class ServiceBusConnection(ServiceBusOptions options, TokenCredential credential, TimeProvider time, ILogger<ServiceBusConnection> log) : IAsyncDisposable
{
    /// <summary>A peer silent for so long is gone, in real time; Service Bus sends an empty frame at half of it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim gate = new(1);
    private Connection? current;
    private EntityTokens? tokens;

    /// <summary>A new session on the connection, with the right to use an entity of the namespace.</summary>
    /// <param name="entity">A queue, or a node below one.</param>
    public async Task<Session> OpenSessionAsync(string entity, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (current is null or { IsClosed: true })
            {
                current = await ConnectAsync(cancel);
                tokens = options.Key is null
                    ? new EntityTokens(options.Host, credential, current, await RequestLink.OpenAsync(new Session(current), "$cbs", cancel), time, log)
                    : null;
            }

            if (tokens is not null)
            {
                await tokens.EnsureAsync(entity, cancel);
            }

            return new Session(current);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (current is { IsClosed: false } connection)
        {
            try
            {
                await connection.CloseAsync(TimeSpan.FromSeconds(5));
            }
            catch (Exception e) when (AmqpTrouble.IsOnTheWay(e))
            {
                // It was going anyway.
            }
        }

        gate.Dispose();
    }

    private async Task<Connection> ConnectAsync(CancellationToken cancel)
    {
        var factory = new ConnectionFactory();
        factory.AMQP.ContainerId = $"alerts-{Guid.NewGuid():N}";
        factory.AMQP.IdleTimeout = (int)Silence.TotalMilliseconds;
        factory.SASL.Profile = SaslProfile.Anonymous;
        var address = new Address(options.Host, options.Port, options.Key?.Policy, options.Key?.Value, "/", options.IsEmulator ? "amqp" : "amqps");
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(AmqpLinks.Patience);
        try
        {
            return await factory.CreateAsync(address, timed.Token).WaitAsync(timed.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw timed.IsCancellationRequested
                ? new TimeoutException($"{options.Host} did not answer within {AmqpLinks.Patience.TotalSeconds} s")
                : new IOException($"{options.Host} ended the connection while signing in");
        }
    }
}
