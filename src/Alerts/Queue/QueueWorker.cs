using System.Diagnostics;
using System.Threading.RateLimiting;
using Alerts.Core;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>Sends the alerts that one queue's messages name, within the channel's limits.</summary>
internal sealed class QueueWorker : IDisposable
{
    /// <summary>An endpoint with no free place within this real time counts as slow.</summary>
    private static readonly TimeSpan PlaceWithin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long, in real time, a message of the slow queue waits for a place before it is
    /// postponed to make room for others.
    /// </summary>
    private static readonly TimeSpan SlowPlaceWithin = TimeSpan.FromSeconds(5);

    /// <summary>Length of that postponement: about as long as one attempt at a hanging endpoint takes.</summary>
    private static readonly Duration StaysAway = Duration.FromSeconds(15);

    /// <summary>The slow queue gets one in this many of the channel's concurrent attempts.</summary>
    private const int SlowShare = 4;

    /// <summary>
    /// Maximum number of messages of one queue handled at once. A message of the email queue names up to 1,000 alerts.
    /// </summary>
    private const int MaxMessages = 256;

    private readonly IClaimStore store;
    private readonly ServiceClock clock;
    private readonly TimeSpan patience;
    private readonly ILogger log;
    private readonly OutageLog outages;
    private readonly ConcurrencyLimiter attempts;
    private readonly PartitionedRateLimiter<string>? endpoints;
    private readonly Batcher<ClaimRequest, ClaimResult> claims;
    private readonly Batcher<Settlement, Settlement> settlements;
    private readonly bool isSlow;
    private readonly PartHealth sending;

    public QueueWorker(
        string queue, IChannel channel, IClaimStore store, ServiceClock clock, ServiceHealth health,
        QueueHandlerOptions options, OutageLog outages, ILogger log)
    {
        sending = health.Channel(channel.Name);
        (Queue, Channel, this.clock, this.outages, this.log) = (queue, channel, clock, outages, log);
        patience = options.Patience;
        isSlow = QueueNames.IsSlow(queue);
        attempts = new ConcurrencyLimiter(Limit(ConcurrencyOf(channel, queue)));
        this.store = store;
        endpoints = channel.Kind.Destinations is { } destinations
            ? PartitionedRateLimiter.Create<string, string>(
                key => RateLimitPartition.GetConcurrencyLimiter(
                    key, _ => Limit(isSlow ? 1 : destinations.MaxPerEndpoint)))
            : null;
        claims = new(requests => store.ClaimAsync(requests, CancellationToken.None)); // a claim must not stop half-way
        settlements = new(async ended =>
        {
            await store.SettleAsync(channel, ended, CancellationToken.None);
            return ended;
        });
    }

    public string Queue { get; }

    public IChannel Channel { get; }

    /// <summary>Maximum number of a queue's alerts attempted at once in this process.</summary>
    public static int ConcurrencyOf(IChannel channel, string queue) =>
        QueueNames.IsSlow(queue)
            ? Math.Max(channel.MaxBatchSize, channel.MaxConcurrency / SlowShare)
            : channel.MaxConcurrency;

    /// <summary>
    /// Maximum number of a queue's messages handled at once: up to 256, twice the concurrent attempts, because some
    /// messages wait for an endpoint or the store.
    /// </summary>
    public static int MessagesOf(IChannel channel, string queue) =>
        Math.Min(MaxMessages, 2 * ConcurrencyOf(channel, queue));

    /// <summary>
    /// Waits for a place at an endpoint: for 1 s, or 5 s in the slow queue. A channel without a slow queue
    /// waits until there is one.
    /// </summary>
    /// <returns>
    /// Null if the channel has no limit per endpoint; a lease that is not acquired if no place was free in time.
    /// </returns>
    public async Task<RateLimitLease?> EnterAsync(string endpoint, CancellationToken cancel)
    {
        if (endpoints is null)
        {
            return null;
        }

        if (QueueNames.Of(Channel).Count == 1)
        {
            return await endpoints.AcquireAsync(endpoint, cancellationToken: cancel);
        }

        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        inTime.CancelAfter(isSlow ? SlowPlaceWithin : PlaceWithin);
        try
        {
            return await endpoints.AcquireAsync(endpoint, cancellationToken: inTime.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return endpoints.AttemptAcquire(endpoint);
        }
    }

    /// <summary>Postpones the alerts of a message of this slow queue, to make room for other endpoints.</summary>
    public Task PostponeAsync(AlertMessage message, CancellationToken cancel) => Task.WhenAll(
        message.Alerts.Select((_, place) => store.PostponeAsync(new ClaimRequest(message, place), StaysAway, cancel)));

    /// <summary>Sends all alerts that a message names, in as few calls as the channel allows.</summary>
    /// <returns>False if the endpoint is slow and nothing was sent: the message belongs in the slow queue.</returns>
    /// <exception cref="Exception">Some of the alerts could not be handled.</exception>
    public async Task<bool> SendAsync(AlertMessage message, CancellationToken cancel)
    {
        // Alerts of one subscription may travel as one message, so they are claimed together.
        var requests = Enumerable.Range(0, message.Alerts.Count)
            .Select(place => new ClaimRequest(message, place) { MaxAlertsPerMessage = Channel.MaxAlertsPerMessage })
            .GroupBy(request => Channel.MaxAlertsPerMessage == 1 ? request.Alert.Key : request.Alert.SubscriptionId);
        var sent = await Task.WhenAll(requests.Chunk(Channel.MaxBatchSize).Select(together =>
            SendAsync([.. together.SelectMany(one => one)], together.Length, cancel)));
        return sent.All(one => one);
    }

    public void Dispose()
    {
        attempts.Dispose();
        endpoints?.Dispose();
    }

    private static ConcurrencyLimiterOptions Limit(int most) =>
        new() { PermitLimit = most, QueueLimit = int.MaxValue };

    /// <param name="messages">Approximate number of outbound messages that the requests make.</param>
    private async Task<bool> SendAsync(ClaimRequest[] requests, int messages, CancellationToken cancel)
    {
        var pauses = new Pauses(patience, cancel);
        while (true)
        {
            IReadOnlyList<ClaimResult> results;
            IReadOnlyList<Settlement> ended;
            using (await attempts.AcquireAsync(messages, cancel))
            {
                cancel.ThrowIfCancellationRequested();
                results = await ClaimAsync(requests);
                var calls = Attempts.Together(Channel, [.. results.SelectMany(result => result.Claims)]);
                var made = await Task.WhenAll(
                    calls.Select(each => Attempts.MakeAsync(Channel, each, clock, sending, log)));
                ended = [.. made.SelectMany(one => one)];
            }

            if (ended.Count > 0)
            {
                await SettleAsync(ended, cancel);
            }

            var failures = results.Select(result => result.Failure).OfType<Exception>().ToList();
            if (failures.Count == 0)
            {
                outages.End("The store");
                return !results.Any(result => result.IsSlow);
            }

            if (failures.Find(failure => !QueueOutage.Is(failure)) is { } bug)
            {
                throw new InvalidOperationException("A row of the ledger could not be worked on: " + bug.Message, bug);
            }

            outages.Begin("The store", failures[0].Message);
            if (!await pauses.NextAsync())
            {
                throw new IOException("The store could not be reached: " + failures[0].Message, failures[0]);
            }

            requests = [.. requests.Zip(results).Where(one => one.Second.Failure is not null).Select(one => one.First)];
        }
    }

    private async Task<IReadOnlyList<ClaimResult>> ClaimAsync(ClaimRequest[] requests)
    {
        try
        {
            return await claims.RunAsync(requests);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [.. requests.Select(_ => new ClaimResult(null, e))];
        }
    }

    /// <summary>
    /// Marks results and retries during an outage. If a result is lost, the attempt is repeated under the same key.
    /// </summary>
    private async Task SettleAsync(IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        var pauses = new Pauses(patience, cancel);
        while (true)
        {
            try
            {
                await settlements.RunAsync(ended);
                return;
            }
            catch (Exception e) when (QueueOutage.Is(e))
            {
                outages.Begin("The store", e.Message);
                if (!await pauses.NextAsync())
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Pauses between tries during an outage: 1 s, 2 s, 4 s, up to 1 min, in real time.</summary>
    private sealed class Pauses(TimeSpan patience, CancellationToken cancel)
    {
        private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

        private readonly long began = Stopwatch.GetTimestamp();
        private TimeSpan next = TimeSpan.FromSeconds(1);

        /// <summary>Waits before the next try. False when there must be none.</summary>
        public async Task<bool> NextAsync()
        {
            if (cancel.IsCancellationRequested
                || (patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(began) + next > patience))
            {
                return false;
            }

            // If cancelled during the pause, one last try follows.
            await Task.Delay(next, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            next = next * 2 < Longest ? next * 2 : Longest;
            return true;
        }
    }
}
