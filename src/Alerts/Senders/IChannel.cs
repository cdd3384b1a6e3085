using Alerts.Ledger;
namespace Alerts.Senders;

/// <summary>A way to reach a subscriber. One folder each; listed once, in <c>App/Wiring.cs</c>.</summary>
internal interface IChannel
{
    /// <summary>The word in subscriptions (<c>email</c>, <c>webhook</c>).</summary>
    string Name { get; }

    /// <summary>How many messages may be under way at once.</summary>
    int MaxConcurrency { get; }

    /// <summary>
    /// How many messages may be under way at once to one endpoint that is quick at present. Null for a channel that
    /// sends all
    /// its messages to one place: then no endpoints take turns.
    /// </summary>
    int? MaxPerDestination { get; }

    /// <summary>
    /// How many alerts of one subscription that are due at the same instant travel as one message
    /// (<see cref="OutboundDigest"/>); 1 unless a channel says more.
    /// </summary>
    int MaxAlertsPerMessage => 1;

    /// <summary>Whether a destination that keeps failing is disabled.</summary>
    bool DisablesWhatFails => false;

    /// <summary>Sends one message; every failure of the other side or the way there is a value, only our own bugs throw.</summary>
    Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel);

    /// <summary>How many messages of one text (<see cref="OutboundMessage.Text"/>) one call takes; 1 unless a channel says more.</summary>
    int MaxBatchSize => 1;

    /// <summary>Sends messages of one text, at most <see cref="MaxBatchSize"/>.</summary>
    /// <returns>What each of them came to, in their order.</returns>
    async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages,
        CancellationToken cancel) => [await SendAsync(messages.Single(), cancel)];
}
