using System.Diagnostics;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>Sends claimed messages.</summary>
internal static partial class Attempts
{
    /// <summary>Groups claims into calls of one text, at most <see cref="IChannel.MaxBatchSize"/> messages.</summary>
    public static IEnumerable<IReadOnlyList<ClaimedMessage>> Together(IChannel channel, IReadOnlyList<Claim> claims)
    {
        var messages = ClaimedMessage.Of(claims);
        return channel.MaxBatchSize == 1
            ? messages.Select(message => new[] { message })
            : messages.GroupBy(one => one.Message.Text).SelectMany(alike => alike.Chunk(channel.MaxBatchSize));
    }

    /// <summary>Sends messages in one call. An exception is our bug and counts as a failed attempt.</summary>
    /// <param name="health">Health of the channel: whether it can send at all.</param>
    /// <returns>One settlement for each row.</returns>
    public static async Task<IReadOnlyList<Settlement>> MakeAsync(
        IChannel channel, IReadOnlyList<ClaimedMessage> call, ServiceClock clock, PartHealth health, ILogger log)
    {
        var began = Stopwatch.GetTimestamp();
        IReadOnlyList<OutboundMessage> messages = [.. call.Select(one => one.Message)];
        var firsts = call.SelectMany(one => one.Claims)
            .Count(claim => claim is { Failures: 0, Message: OutboundAlert });
        using var span = AlertMetrics.Attempt(channel.Name, messages, firsts);
        IReadOnlyList<SendResult> results;
        try
        {
            results = await channel.SendTogetherAsync(messages, CancellationToken.None);
            if (results.Count != call.Count)
            {
                throw new InvalidOperationException($"{call.Count} messages came to {results.Count} results");
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The worker's edge: a bug of ours. These messages are set aside for a retry; the others go on.
            LogSendFailed(log, messages[0].Id, call.Count, channel.Name, e);
            results = [.. call.Select(_ => new TryAgain(null, "an error of this service; its log tells more"))];
        }

        health.Note(results);
        AlertMetrics.Answered(span, results[0]);
        var (endedAt, took) = (clock.Now, Stopwatch.GetElapsedTime(began));
        return [.. call.Zip(results).SelectMany(one => SettlementsOf(one.First, one.Second))];

        IEnumerable<Settlement> SettlementsOf(ClaimedMessage message, SendResult result)
        {
            var jitter = Random.Shared.NextDouble() * 2 - 1;
            return message.Claims.Select(claim => new Settlement(claim, result, endedAt, took) { Jitter = jitter });
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "Sending {Id} (one of {Count} together) by {Channel} failed by an error of this service; it is tried again.")]
    private static partial void LogSendFailed(ILogger log, string id, int count, string channel, Exception exception);
}
