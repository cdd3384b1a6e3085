using System.Diagnostics;
using Alerts.App;
using Alerts.Core;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>Makes attempts of claimed messages.</summary>
internal static partial class Attempts
{
    /// <summary>Claims that go in one call each: those of one text, as many as the channel takes.</summary>
    public static IEnumerable<IReadOnlyList<Claim>> Together(IChannel channel, IReadOnlyList<Claim> claims) =>
        channel.MaxBatchSize == 1
            ? claims.Select(claim => new[] { claim })
            : claims.GroupBy(claim => claim.Message.Text).SelectMany(alike => alike.Chunk(channel.MaxBatchSize));

    /// <summary>Sends claims in one call; a bug of the channel is a failed attempt.</summary>
    /// <param name="health">Of the channel: whether it can send at all.</param>
    public static async Task<IReadOnlyList<Settlement>> MakeAsync(
        IChannel channel, IReadOnlyList<Claim> claims, ServiceClock clock, PartHealth health, ILogger log)
    {
        var began = Stopwatch.GetTimestamp();
        IReadOnlyList<OutboundMessage> messages = [.. claims.Select(claim => claim.Message)];
        var firsts = claims.Count(claim => claim is { Failures: 0, Message: OutboundAlert });
        using var span = AlertMetrics.Attempt(channel.Name, messages, firsts);
        IReadOnlyList<SendResult> results;
        try
        {
            results = await channel.SendTogetherAsync(messages, CancellationToken.None);
            if (results.Count != claims.Count)
            {
                throw new InvalidOperationException($"{claims.Count} messages came to {results.Count} results");
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The worker's edge: our own bug. Those messages are set aside for a retry, the others go on.
            LogSendFailed(log, claims[0].Message.Id, claims.Count, channel.Name, e);
            results = [.. claims.Select(_ => new TryAgain(null, "an error of this service; its log tells more"))];
        }

        health.Note(results);
        AlertMetrics.Answered(span, results[0]);
        var (endedAt, took) = (clock.Now, Stopwatch.GetElapsedTime(began));
        return [.. claims.Zip(results, (claim, result) => new Settlement(claim, result, endedAt, took))];
    }

    [LoggerMessage(
        LogLevel.Error,
        "Sending {Id} (one of {Count} together) by {Channel} failed by an error of this service; it is tried again.")]
    private static partial void LogSendFailed(ILogger log, string id, int count, string channel, Exception exception);
}
