using System.Threading.RateLimiting;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>Sends the alerts that one queue's messages name, within the channel's limits.</summary>
/// <param name="shares">Shared by the channel's queues; null if its endpoints take no turns.</param>
internal sealed class QueueWorker(
    string queue, IChannel channel, EndpointShares? shares, IClaimStore store, ServiceClock clock,
    ServiceHealth health, QueueHandlerOptions options, OutageLog outages, ILogger log) : IDisposable
{
    /// <summary>The slow queue gets one in this many of the channel's concurrent attempts.</summary>
    private const int SlowShare = 4;

    /// <summary>
    /// Maximum number of messages of one queue handled at once. A message of the email queue names up to 1,000 alerts.
    /// </summary>
    private const int MaxMessages = 256;

    private readonly ConcurrencyLimiter attempts =
        new(new() { PermitLimit = ConcurrencyOf(channel, queue), QueueLimit = int.MaxValue });
    private readonly TurnLine? line = shares is null ? null : new TurnLine(shares, QueueNames.IsSlow(queue));
    private readonly Batcher<ClaimRequest, ClaimResult> claims =
        new(requests => store.ClaimAsync(requests, shares, CancellationToken.None)); // a claim must not stop half-way
    private readonly Batcher<Settlement, Settlement> settlements = new(async ended =>
    {
        await store.SettleAsync(channel, ended, CancellationToken.None);
        return ended;
    });
    private readonly Batcher<ClaimRequest, ClaimRequest> postponed = new(async requests =>
    {
        await store.PostponeAsync(requests, CancellationToken.None);
        return requests;
    });
    private readonly OutlastingAttempts outlasting = new(queue, log);
    private readonly PartHealth sending = health.Channel(channel.Name);

    public string Queue => queue;

    public IChannel Channel => channel;

    /// <summary>Maximum number of a queue's alerts attempted at once in this process.</summary>
    public static int ConcurrencyOf(IChannel channel, string queue) =>
        QueueNames.IsSlow(queue)
            ? Math.Max(channel.MaxBatchSize, channel.MaxConcurrency / SlowShare) : channel.MaxConcurrency;

    /// <summary>
    /// Maximum number of a queue's messages handled at once: up to 256, twice the concurrent attempts, because some
    /// messages wait for an endpoint or the store.
    /// </summary>
    public static int MessagesOf(IChannel channel, string queue) =>
        Math.Min(MaxMessages, 2 * ConcurrencyOf(channel, queue));

    /// <summary>Postpones the alerts of a message of this slow queue, to make room for other endpoints.</summary>
    public Task PostponeAsync(AlertMessage message) =>
        postponed.RunAsync([.. message.Alerts.Select((_, place) => new ClaimRequest(message, place))]);

    /// <summary>Sends all alerts that a message names, in as few calls as the channel allows.</summary>
    /// <returns>False if nothing was sent because the endpoint may have no attempt for now.</returns>
    /// <exception cref="Exception">Some of the alerts could not be handled.</exception>
    public async Task<bool> SendAsync(AlertMessage message, CancellationToken cancel)
    {
        if (line is not null && shares is not null)
        {
            return await SendInTurnAsync(message, line, shares, cancel);
        }

        // Alerts of one subscription may travel as one message, so they are claimed together.
        var requests = Enumerable.Range(0, message.Alerts.Count)
            .Select(place => new ClaimRequest(message, place) { MaxAlertsPerMessage = channel.MaxAlertsPerMessage })
            .GroupBy(request => channel.MaxAlertsPerMessage == 1 ? request.Alert.Key : request.Alert.SubscriptionId);
        await Task.WhenAll(requests.Chunk(channel.MaxBatchSize).Select(together =>
            SendAsync([.. together.SelectMany(one => one)], together.Length, cancel)));
        return true;
    }

    /// <summary>Finishes and marks the attempts that go on although their messages have been handled.</summary>
    public Task FinishAsync() => outlasting.FinishAsync();

    public void Dispose()
    {
        attempts.Dispose();
        line?.Dispose();
    }

    /// <summary>Sends the alert of a message when it is its endpoint's turn.</summary>
    private async Task<bool> SendInTurnAsync(
        AlertMessage message, TurnLine turns, EndpointShares reserved, CancellationToken cancel)
    {
        WaitingRow? read = null;
        while (await turns.ReserveAsync(message, read, cancel) is { } turn)
        {
            try
            {
                read = await SendAsync([new ClaimRequest(message, 0) { Turn = turn }], 1, cancel);
            }
            finally
            {
                reserved.GiveBack(turn); // a claim has a turn of its own instead
            }

            if (read is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="messages">Approximate number of outbound messages that the requests make.</param>
    /// <returns>Null if all was done; otherwise where the one row waits that the requests name.</returns>
    private async Task<WaitingRow?> SendAsync(ClaimRequest[] requests, int messages, CancellationToken cancel)
    {
        var pauses = new OutagePauses(options.Patience, cancel);
        while (true)
        {
            IReadOnlyList<ClaimResult> results;
            Task<Settlement[]> ended;
            // Endpoint shares have limits of their own.
            using (shares is null ? await attempts.AcquireAsync(messages, cancel) : null)
            {
                cancel.ThrowIfCancellationRequested();
                results = await ClaimAsync(requests);
                ended = AttemptAsync([.. results.SelectMany(result => result.Claims)]);
                if (shares is not null && !QueueNames.IsSlow(queue) && !ended.IsCompleted)
                {
                    await Task.WhenAny(ended, Task.Delay(EndpointShares.SlowAfter, CancellationToken.None));
                }
                else
                {
                    await ended;
                }
            }

            if (!ended.IsCompleted)
            {
                // A slow endpoint must not occupy the workers of others. Its row is claimed: if this process ends
                // before the result is marked, the row's lease expires and the sweep has it sent again.
                outlasting.Add(SettleAsync(ended));
            }
            else if (await ended is { Length: > 0 } settled)
            {
                await SettleAsync(settled, cancel);
            }

            var failures = results.Select(result => result.Failure).OfType<Exception>().ToList();
            if (failures.Count == 0)
            {
                outages.End("The store");
                return results.Select(result => result.Waits).FirstOrDefault(waits => waits is not null);
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

    /// <summary>Makes the attempts of claims and ends their turns.</summary>
    private async Task<Settlement[]> AttemptAsync(IReadOnlyList<Claim> claimed)
    {
        foreach (var turn in claimed.Select(claim => claim.Turn).OfType<EndpointTurn>())
        {
            shares?.Start(turn);
        }

        var made = await Task.WhenAll(
            Attempts.Together(channel, claimed).Select(each => Attempts.MakeAsync(channel, each, clock, sending, log)));
        Settlement[] ended = [.. made.SelectMany(one => one)];
        foreach (var settlement in ended)
        {
            shares?.End(settlement);
        }

        return ended;
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

    private async Task SettleAsync(Task<Settlement[]> ended) => await SettleAsync(await ended, CancellationToken.None);

    /// <summary>Marks results; retries during an outage. After a lost result, the attempt is repeated.</summary>
    private async Task SettleAsync(IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        var pauses = new OutagePauses(options.Patience, cancel);
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
}
