namespace Alerts.Senders.Email;

/// <summary>Where the provider <c>Outbox</c> writes mails.</summary>
/// <param name="Path">Null when another provider sends them.</param>
internal sealed record OutboxFolder(string? Path);
