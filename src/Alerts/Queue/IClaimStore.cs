using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// The ledger as seen by senders that receive messages from a queue outside the ledger. Only Table Storage has it. It
/// is an interface because a module does not use the modules below it.
/// </summary>
internal interface IClaimStore
{
    /// <summary>
    /// Claims the rows that messages name, which begins their attempts. A row that fails does not affect others, except
    /// those that would travel in the same message.
    /// </summary>
    /// <param name="shares">
    /// Decides which endpoints may have an attempt now; each claim then has its turn. Null for a channel whose
    /// endpoints take no turns.
    /// </param>
    /// <returns>One result for each request, in the same order.</returns>
    Task<IReadOnlyList<ClaimResult>> ClaimAsync(
        IReadOnlyList<ClaimRequest> requests, EndpointShares? shares, CancellationToken cancel);

    /// <summary>
    /// Postpones rows by <see cref="ClaimRequest.StaysAway"/> and enqueues a new message for each. Does nothing for a
    /// row that was worked on since its request's message was enqueued.
    /// </summary>
    Task PostponeAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel);

    /// <summary>Marks the results of a channel's finished attempts, and enqueues the retries.</summary>
    Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel);
}

/// <summary>A request to claim one row of a message.</summary>
/// <param name="Place">Index of the row in the message's alerts.</param>
internal sealed record ClaimRequest(AlertMessage Message, int Place)
{
    /// <summary>How long a postponed row makes room for others: about as long as an attempt that hangs.</summary>
    public static readonly Duration StaysAway = Duration.FromSeconds(15);

    public LedgerName Alert => Message.Alerts[Place];

    /// <summary>See <see cref="IChannel.MaxAlertsPerMessage"/>.</summary>
    public int MaxAlertsPerMessage { get; init; } = 1;

    /// <summary>
    /// The turn reserved for this request; null for a channel whose endpoints take no turns. A claim has a turn of its
    /// own instead.
    /// </summary>
    public EndpointTurn? Turn { get; init; }
}

/// <summary>The result of one claim request.</summary>
/// <param name="Claim">
/// Null when there is nothing to send: the message's number is not the row's newest, the row is being sent, it is among
/// the <see cref="Others"/> of another claim, it is not owed, or it waits longer and a new message has been enqueued.
/// </param>
/// <param name="Failure">Why the row could not be claimed; its message must be delivered again.</param>
internal sealed record ClaimResult(Claim? Claim, Exception? Failure)
{
    public static readonly ClaimResult Nothing = new(null, null);

    /// <summary>Set if the row is due but its endpoint may have no attempt now.</summary>
    public WaitingRow? Waits { get; init; }

    /// <summary>Claims of all other rows of the same message, whichever queue message named them, if any.</summary>
    public IReadOnlyList<Claim> Others { get; init; } = [];

    /// <summary><see cref="Claim"/> and <see cref="Others"/>; empty when nothing was claimed.</summary>
    public IEnumerable<Claim> Claims => Claim is null ? [] : [Claim, .. Others];
}

/// <summary>A due row whose endpoint may have no attempt now.</summary>
/// <param name="Place">Where it waits; <see cref="Place.Slow"/> if it belongs in the slow queue.</param>
/// <param name="Quick">See <see cref="Ledger.EndpointHealth.Quick"/>.</param>
internal sealed record WaitingRow(Place Place, bool IsRetry, int? Quick);
