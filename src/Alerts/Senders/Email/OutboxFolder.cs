namespace Alerts.Senders.Email;

/// <summary>The folder to which the provider <c>Outbox</c> writes emails.</summary>
/// <param name="Path">Null if another provider is configured.</param>
internal sealed record OutboxFolder(string? Path);
