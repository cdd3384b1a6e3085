using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using MimeKit;
using Moq;

namespace Alerts.Tests.Senders.Email;

public sealed class EmailChannelTests
{
    [Fact]
    public async Task An_erased_address_is_given_up_without_bothering_the_mail_server()
    {
        var transport = new Mock<IMailTransport>(MockBehavior.Strict);
        var channel = new EmailChannel(
            new MailComposer(
                new PublicUrl(new Uri("https://alerts.example.com")), new Tokens(new byte[32]), "alerts@example.com"),
            transport.Object);
        var now = Instant.FromUtc(2025, 11, 1, 0, 0);
        var erased = new Subscription(
            "sub_1",
            Subscribing.Email,
            "",
            SubscriptionStatus.Ended,
            now,
            now,
            World.Preferences("P1D"),
            1,
            []);

        Assert.IsType<GaveUp>(
            await channel.SendAsync(
                new SystemNotification("msg_1", erased, now, ServiceMessage.Test), CancellationToken.None));
        transport.Verify(
            one => one.SendAsync(It.IsAny<string>(), It.IsAny<MimeMessage>(), It.IsAny<CancellationToken>()),
            Times.Never);
    }
}
