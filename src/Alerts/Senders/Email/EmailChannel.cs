using Alerts.Ledger;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Sends alerts and service messages as mails: composes one and hands it to the transport that is configured.
/// </summary>
/// <param name="welcome">Null: welcome emails name no alerts.</param>
internal sealed class EmailChannel(MailComposer composer, IMailTransport transport, WelcomeFacts? welcome = null)
    : IChannel
{
    public string Name => "email";

    public int MaxConcurrency => 16;

    public int? MaxPerDestination => null;

    public int MaxAlertsPerMessage => OutboundDigest.MaxAlerts;

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (!MailboxAddress.TryParse(message.To, out _))
        {
            // Erased since, or a form that no mail server takes: nothing to wait for.
            return new GaveUp(null, null, "no email address to send to");
        }

        var whole = welcome is null ? message : await welcome.AddToAsync(message, cancel);
        using var mail = composer.Compose(whole);
        return await transport.SendAsync(message.Id, mail, cancel);
    }
}

/// <summary>The way a finished mail goes: a folder, or a mail server.</summary>
internal interface IMailTransport
{
    /// <param name="id">The message's own id (<c>al_…</c>, <c>msg_…</c>): the same for every attempt.</param>
    Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel);
}
