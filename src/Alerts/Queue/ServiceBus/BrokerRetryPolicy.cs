using System.Net.Sockets;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

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
