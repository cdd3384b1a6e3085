using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests our messages with the npm library <c>standardwebhooks</c> in its own process.</summary>
public sealed class PublishedLibraryTests : IDisposable
{
    // The real clock: the library compares the timestamp with it.
    private readonly WebhookChannel _channel = new(
        Loopback, ServiceUrl, WebhookMessages.ServiceTokens, TimeProvider.System);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task A_published_library_verifies_every_kind_of_message_and_answers_the_challenge()
    {
        using var receiver = await NodeWebhookReceiver.StartAsync(NewSecret);
        var subscription = Subscription(receiver.Url);
        var reminder = Reminder(receiver.Url);
        (OutboundMessage Message, string Type)[] cases =
        [
            (
                reminder with { Date = reminder.Date with { KeyDate = Truce with { Title = "Gyeongju – 경주 <&> 🕊" } } },
                "deadline.reminder"),
            (
                Correction(AlertKind.Rescheduled, MovedTruce) with { Subscription = subscription },
                "deadline.rescheduled"),
            (
                Correction(AlertKind.Cancelled, Truce with { Status = DateStatus.Cancelled }) with
                {
                    Subscription = subscription,
                },
                "deadline.cancelled"),
            (Service(ServiceMessage.Verification, receiver.Url), "webhook.verification"),
            (Service(ServiceMessage.Test, receiver.Url), "webhook.test"),
        ];
        foreach (var (message, type) in cases)
        {
            Assert.IsType<Delivered>(await _channel.SendAsync(message, TestContext.Current.CancellationToken));
            Assert.Equal(new NodeVerdict(message.Id, true, null, type, "0"), await receiver.NextAsync());
        }
    }

    // hours: since the rotation. known: the secret that the receiver knows.
    [Theory]
    [InlineData(1, OldSecret, true)]
    [InlineData(1, NewSecret, true)]
    [InlineData(25, NewSecret, true)]
    [InlineData(25, OldSecret, false)]
    public async Task Old_and_new_secret_both_verify_while_they_overlap(int hours, string known, bool verified)
    {
        using var receiver = await NodeWebhookReceiver.StartAsync(known);
        WebhookSecret[] secrets = [new(NewSecret, null), new(OldSecret, DueAt - Duration.FromHours(hours))];
        var result = await _channel.SendAsync(Reminder(receiver.Url, secrets), TestContext.Current.CancellationToken);
        Assert.Equal(verified, (await receiver.NextAsync()).Ok);
        Assert.Equal(verified, result is Delivered);
    }
}
