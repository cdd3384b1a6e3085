using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders;

/// <summary>Sends the messages of one channel.</summary>
internal interface IChannel
{
    /// <summary>What subscriptions need to know of the channel; it is in the same folder.</summary>
    ChannelKind Kind { get; }

    string Name => Kind.Name;

    /// <summary>Maximum number of messages being sent at once.</summary>
    int MaxConcurrency { get; }

    /// <summary>
    /// Maximum number of alerts of one subscription, due at the same instant, that travel as one message
    /// (<see cref="OutboundDigest"/>); default 1.
    /// </summary>
    int MaxAlertsPerMessage => 1;

    /// <summary>Whether a destination that keeps failing is disabled; default false.</summary>
    bool DisablesWhatFails => false;

    /// <summary>Sends one message. A failure of receiver or network is a result; only our own bugs throw.</summary>
    Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel);

    /// <summary>
    /// After a failure of the channel: whether its server answers again, without sending a message. Default false:
    /// only the next attempt shows it.
    /// </summary>
    Task<bool> IsBackAsync(CancellationToken cancel) => Task.FromResult(false);

    /// <summary>Maximum number of messages of one <see cref="OutboundMessage.Text"/> in one call; default 1.</summary>
    int MaxBatchSize => 1;

    /// <summary>Sends messages of one text, at most <see cref="MaxBatchSize"/>.</summary>
    /// <returns>One result for each message, in the same order.</returns>
    async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages, CancellationToken cancel) =>
        [await SendAsync(messages.Single(), cancel)];
}
