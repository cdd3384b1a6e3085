namespace Alerts.Queue;

/// <summary>
/// Sends messages to a queue outside the ledger. Returns when the queue has accepted them;
/// sending one twice is harmless.
/// </summary>
internal interface IAlertQueueSender
{
    Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel);
}
