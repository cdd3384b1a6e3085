using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Names of the queues outside the ledger: one per channel, with the channel's name, and a second one for a channel
/// whose slow destinations must not occupy the workers of the others.
/// </summary>
internal static class QueueNames
{
    /// <summary>Ends the name of a second queue.</summary>
    public const string Slow = "-slow";

    /// <summary>The queues of a channel: two if its destinations take turns.</summary>
    public static IReadOnlyList<string> Of(IChannel channel) =>
        channel.Kind.Destinations is null ? [channel.Name] : [channel.Name, channel.Name + Slow];

    /// <summary>
    /// The queue a message is sent to. Retries and alerts for destinations known to be slow go to the slow queue, if
    /// the channel has one.
    /// </summary>
    public static string Of(AlertMessage message) =>
        message.IsSlow && message.DestinationKey != 0 ? message.Channel + Slow : message.Channel;

    public static bool IsSlow(string queue) => queue.EndsWith(Slow, StringComparison.Ordinal);
}
