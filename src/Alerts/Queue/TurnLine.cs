using System.Diagnostics;
using System.Threading.RateLimiting;

namespace Alerts.Queue;

/// <summary>
/// The messages of one queue that wait for their endpoints. They wait in memory, before their rows are read: asking the
/// store would cost each of many waiting messages a read each time.
/// </summary>
/// <param name="shares">Shared by the channel's queues.</param>
/// <param name="isSlow">Whether the queue is the channel's slow one.</param>
internal sealed class TurnLine(EndpointShares shares, bool isSlow) : IDisposable
{
    /// <summary>How long, in real time, a message waits for its endpoint before it moves to the slow queue.</summary>
    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long, in real time, a message of the slow queue waits for a place before it is
    /// postponed to make room for others.
    /// </summary>
    private static readonly TimeSpan SlowTurnWithin = TimeSpan.FromSeconds(5);

    /// <summary>Polling interval, in real time, of a message that waits for its endpoint.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrencyLimiter head = new(new() { PermitLimit = 1, QueueLimit = int.MaxValue });

    /// <summary>Waits for the turn of a message's endpoint, and reserves it.</summary>
    /// <param name="read">Where the row waits, by the store; null if the store has not been asked.</param>
    /// <returns>Null if the message must make room for others.</returns>
    public async Task<EndpointTurn?> ReserveAsync(AlertMessage message, WaitingRow? read, CancellationToken cancel)
    {
        // Only email messages name several alerts; any other message names one alert for one endpoint.
        var (endpoint, host) = (message.Alerts[0].SubscriptionId, message.DestinationKey);
        if (read is not null && MustLeave(endpoint, read.Place, TimeSpan.Zero))
        {
            return null;
        }

        // Only a message of a first attempt holds the row as it was written.
        var isRetry = read?.IsRetry ?? (isSlow && message.Written is null);
        var began = Stopwatch.GetTimestamp();
        shares.CountWaitingRetries(isRetry ? 1 : 0);
        try
        {
            // One message looks for room and the others wait behind it, so that the oldest go first. Neighbours in the
            // queue are often of one partition, and then share store transactions. An endpoint that is currently quick
            // or has an attempt under way does not wait for others.
            using var isHead = read is null && shares.FreeOf(endpoint) == 1 ? await head.AcquireAsync(1, cancel) : null;
            while (true)
            {
                var (turn, place) = read is null
                    ? shares.TryReserveUnread(endpoint, host, isRetry)
                    : shares.TryReserve(endpoint, host, read.Quick, isRetry);
                if (turn is not null || MustLeave(endpoint, place, Stopwatch.GetElapsedTime(began)))
                {
                    return turn;
                }

                if (place is Place.SetBack)
                {
                    isHead?.Dispose();
                }

                await Task.Delay(LookEvery, cancel);
            }
        }
        finally
        {
            shares.CountWaitingRetries(isRetry ? -1 : 0);
        }
    }

    public void Dispose() => head.Dispose();

    /// <summary>Whether a message that waits for its endpoint must make room for others.</summary>
    private bool MustLeave(string endpoint, Place waits, TimeSpan waited) =>
        isSlow ? waited > SlowTurnWithin
        : waits is Place.Slow || shares.IsSlow(endpoint)
            || (waited > TurnWithin && waits is not (Place.Ready or Place.Trusted));
}
