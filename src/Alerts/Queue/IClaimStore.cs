using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>The ledger as senders use it that are handed messages by a queue apart from it.</summary>
internal interface IClaimStore
{
    /// <summary>
    /// Claims rows that messages named: begins their attempts. A row that cannot be worked on keeps no other from it,
    /// save those that are to travel with it.
    /// </summary>
    /// <returns>One result a request, in their order.</returns>
    Task<IReadOnlyList<ClaimResult>> ClaimAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel);

    /// <summary>
    /// Lets a row that a message named wait longer, by a message of its own; not if it has been worked on since.
    /// </summary>
    Task PostponeAsync(ClaimRequest request, Duration wait, CancellationToken cancel);

    /// <summary>Marks the results of ended attempts of a channel, and posts what is tried again.</summary>
    Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel);
}

/// <summary>One row as a message named it.</summary>
/// <param name="Place">Its place among the message's alerts.</param>
internal sealed record ClaimRequest(AlertMessage Message, int Place)
{
    public LedgerName Alert => Message.Alerts[Place];

    /// <summary>See <see cref="IChannel.MaxAlertsPerMessage"/>.</summary>
    public int MaxAlertsPerMessage { get; init; } = 1;
}

/// <summary>The result of one claim.</summary>
/// <param name="Claim">
/// Null when there is nothing to send: another number is the row's newest, it is being sent, it is not owed, or it
/// waits longer and a new message has been posted.
/// </param>
/// <param name="Failure">Why the row could not be worked on; its message is to be handed out again.</param>
internal sealed record ClaimResult(Claim? Claim, Exception? Failure)
{
    public static readonly ClaimResult Nothing = new(null, null);

    /// <summary>
    /// Nothing was done: its endpoint is slow, and its message did not come from the queue for those.
    /// </summary>
    public static readonly ClaimResult Slow = new(null, null) { IsSlow = true };

    public bool IsSlow { get; private init; }

    /// <summary>Claims of rows that no message named: they are sent again together with this one.</summary>
    public IReadOnlyList<Claim> Others { get; init; } = [];

    /// <summary>All that it claims.</summary>
    public IEnumerable<Claim> Claims => Claim is null ? [] : [Claim, .. Others];
}
