namespace Alerts.Queue;

/// <summary>
/// Takes messages to a queue apart from the ledger. Returns when the queue has them; sending one again does no harm.
/// </summary>
internal interface IAlertQueueSender
{
    Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel);
}
