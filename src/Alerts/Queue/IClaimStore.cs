using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>Takes messages to a queue apart from the ledger. Returns when the queue has them; sending one again does no harm.</summary>
internal interface IAlertQueueSender
{
    Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel);
}

/// <summary>The ledger as senders use it who are handed messages by a queue apart from it.</summary>
internal interface IClaimStore
{
    /// <summary>Claims rows that messages named: begins their attempts. What cannot be worked on keeps no other from it.</summary>
    /// <returns>What came of each, in their order.</returns>
    Task<IReadOnlyList<Taken>> TakeAsync(IReadOnlyList<Send> sends, CancellationToken cancel);

    /// <summary>Marks what ended attempts of a channel came to, and posts what is tried again.</summary>
    Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel);
}

/// <summary>One row as a message named it.</summary>
/// <param name="Place">Its place among the message's alerts.</param>
internal sealed record Send(AlertMessage Message, int Place)
{
    public LedgerName Alert => Message.Alerts[Place];
}

/// <summary>What came of taking a row.</summary>
/// <param name="Claim">
/// Null when there is nothing to send: another number is the row's newest, it is being sent, it is not owed, or it waits longer and a
/// new message has been posted.
/// </param>
/// <param name="Trouble">Why it could not be worked on; its message is to be handed out again.</param>
internal sealed record Taken(Claim? Claim, Exception? Trouble)
{
    public static readonly Taken Nothing = new(null, null);
}
