using Alerts.Ledger;
using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>Sends alerts and service messages as emails, one at a time, through the configured transport.</summary>
/// <param name="welcome">Adds the next alerts to welcome emails; null to leave them out.</param>
internal sealed class EmailChannel(MailComposer composer, IMailTransport transport, WelcomeFacts? welcome = null)
    : IChannel
{
    public ChannelKind Kind { get; } = new EmailKind();

    public int MaxConcurrency => 16;

    public int MaxAlertsPerMessage => OutboundDigest.MaxAlerts;

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (!MailboxAddress.TryParse(message.To, out _))
        {
            // The address was erased, or no mail server accepts it: a retry cannot help.
            return new GaveUp(null, null, "no email address to send to");
        }

        var whole = welcome is null ? message : await welcome.AddToAsync(message, cancel);
        using var mail = composer.Compose(whole);
        return await transport.SendAsync(message.Id, mail, cancel);
    }

    public Task<bool> IsBackAsync(CancellationToken cancel) => transport.IsBackAsync(cancel);
}

/// <summary>Delivers a finished email to a folder or a mail server.</summary>
internal interface IMailTransport
{
    /// <param name="id">
    /// The message's own id (<c>al_…</c>, <c>ag_…</c>, <c>msg_…</c>); the same for every attempt.
    /// </param>
    Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel);

    /// <summary>See <see cref="IChannel.IsBackAsync"/>.</summary>
    Task<bool> IsBackAsync(CancellationToken cancel) => Task.FromResult(false);
}

/// <summary>Subscriptions by email, whichever provider sends the mails.</summary>
internal sealed class EmailKind : ChannelKind
{
    public const string ChannelName = "email";

    public override string Name => ChannelName;

    public override string Example => """{"type": "email", "address": "name@example.com"}""";

    public override ServiceMessage OptIn => ServiceMessage.Confirmation;

    public override bool IsMailbox => true;

    public override bool HasWelcome => true;

    public override Target? Read(JsonObjectReader channel)
    {
        var given = channel.RequiredText("address", "the email address, such as name@example.com");
        return MailAddress.Read(channel, "address", given) is { } address ? new Target(this, address) : null;
    }
}

/// <summary>Adds the next reminders (at most three) to a welcome email.</summary>
internal sealed class WelcomeFacts(Preview preview)
{
    private const int MaxShown = 3;

    /// <summary>Returns a welcome message with its next reminders; other messages unchanged.</summary>
    public async Task<OutboundMessage> AddToAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (message is not SystemNotification { Message: ServiceMessage.Welcome } welcome)
        {
            return message;
        }

        var items = await preview.OfAsync(welcome.Subscription.Preferences, welcome.At, cancel);
        return welcome with { Next = [.. items.Take(MaxShown)] };
    }
}
