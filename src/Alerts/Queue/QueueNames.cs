namespace Alerts.Queue;

/// <summary>
/// Names of the queues outside the ledger: one per channel, with the channel's name, and a second one for a channel
/// whose slow destinations must not occupy the workers of the others.
/// </summary>
internal static class QueueNames
{
    private const string Slow = "-slow";

    /// <summary>Channels that have a slow queue.</summary>
    private static readonly string[] WithSlowQueue = ["webhook"];

    /// <summary>A queue that always exists.</summary>
    public const string Any = "email";

    /// <summary>The queues of a channel.</summary>
    public static IReadOnlyList<string> Of(string channel) =>
        WithSlowQueue.Contains(channel) ? [channel, channel + Slow] : [channel];

    /// <summary>
    /// The queue a message is sent to. Retries and alerts for destinations known to be slow go to the slow queue, if
    /// the channel has one.
    /// </summary>
    public static string Of(AlertMessage message) =>
        message.IsSlow && WithSlowQueue.Contains(message.Channel) ? message.Channel + Slow : message.Channel;

    public static bool IsSlow(string queue) => queue.EndsWith(Slow, StringComparison.Ordinal);
}
