using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>Emails an operator, outside of any subscription and of the ledger.</summary>
internal sealed class OperatorMail(IEnumerable<IChannel> channels)
{
    /// <summary>Sends a test of the email settings.</summary>
    /// <param name="address">In the form that <see cref="MailAddress.Stored"/> returns.</param>
    public Task<SendResult> TestAsync(string address, Instant now, CancellationToken cancel) =>
        SendAsync(new SettingsTest(NewSubscription.MessageId(), Recipient(address, now), now), cancel);

    /// <summary>Sends a notice.</summary>
    public Task<SendResult> NotifyAsync(
        string address, string subject, IReadOnlyList<string> sentences, Instant now, CancellationToken cancel) =>
        SendAsync(
            new OperatorNotice(NewSubscription.MessageId(), Recipient(address, now), now)
            {
                Subject = subject,
                Sentences = sentences,
            },
            cancel);

    private Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        channels.First(channel => channel.Name == EmailKind.ChannelName).SendAsync(message, cancel);

    /// <summary>A message has a subscription, of which these use the address and the zone only.</summary>
    private static Subscription Recipient(string address, Instant now) => NewSubscription.Of(
        new Target(new EmailKind(), MailAddress.Stored(address) ?? address),
        new Preferences([], [], [], DateTimeZone.Utc, new LocalTime(9, 0), null), new SubscriptionIdentity("", ""),
        now) with
    { Status = SubscriptionStatus.Active };
}
