namespace Alerts.Queue;

/// <summary>
/// The queues apart from the ledger: one per channel, named like it, and one more for a channel whose slow destinations
/// must not take the workers of the others.
/// </summary>
internal static class QueueNames
{
    private const string Slow = "-slow";

    /// <summary>Channels with a second queue.</summary>
    private static readonly string[] WithSlowQueue = ["webhook"];

    /// <summary>A queue that is always there.</summary>
    public const string Any = "email";

    /// <summary>The queues of a channel.</summary>
    public static IReadOnlyList<string> Of(string channel) =>
        WithSlowQueue.Contains(channel) ? [channel, channel + Slow] : [channel];

    /// <summary>
    /// The queue a message is sent to: retries, and alerts of destinations known to be slow, go to the slow one.
    /// </summary>
    public static string Of(AlertMessage message) =>
        message.IsSlow && WithSlowQueue.Contains(message.Channel) ? message.Channel + Slow : message.Channel;

    public static bool IsSlow(string queue) => queue.EndsWith(Slow, StringComparison.Ordinal);
}
