using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>Takes messages to a queue apart from the ledger. Returns when the queue has them; sending one again does no harm.</summary>
internal interface IAlertPosts
{
    Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel);
}

/// <summary>The ledger as senders use it who are handed messages by a queue apart from it.</summary>
internal interface IMessageLedger
{
    /// <summary>
    /// Claims one row of a message: begins its attempt. Null when there is nothing to send: another number is the row's newest, it is
    /// being sent, it is not owed, or it waits longer and a new message has been posted.
    /// </summary>
    /// <param name="number">The number of the send, of its message.</param>
    Task<Claim?> TakeAsync(LedgerName alert, int number, CancellationToken cancel);

    /// <summary>Marks what ended attempts of a channel came to, and posts what is tried again.</summary>
    Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel);

    /// <summary>Gives back what was claimed and not settled in time, and posts once more what its queue may have lost.</summary>
    Task SweepAsync(CancellationToken cancel);
}
