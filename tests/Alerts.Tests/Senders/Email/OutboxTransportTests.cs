using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using MimeKit;

namespace Alerts.Tests.Senders.Email;

public sealed class OutboxTransportTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    private string Outbox => root.At("data/outbox");

    public void Dispose() => root.Dispose();

    [Fact]
    public async Task A_mail_lies_in_the_outbox_under_its_key()
    {
        var result = await SendAsync(Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z"));

        Assert.Equal(new Delivered(null, $"written to outbox/{Mails.Key}.eml"), result);
        var mail = await MimeMessage.LoadAsync(new MemoryStream(
            MailCheck.Checked(await File.ReadAllBytesAsync(Path.Combine(Outbox, Mails.Key + ".eml")))));
        Assert.Equal("Tomorrow: US-China tariff truce expires (10 Nov 2025, 00:01 New York)", mail.Subject);
    }

    [Fact]
    public async Task A_repeat_takes_the_place_of_the_first_and_leaves_nothing_else_behind()
    {
        await SendAsync(Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z"));
        await SendAsync(Mails.Reminder(Mails.Date(summary: null), "2025-11-08T14:00:00Z"));

        var mail = await MimeMessage.LoadAsync(Assert.Single(Directory.GetFiles(Outbox)));
        Assert.StartsWith("In 2 days: ", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_reads_during_repeats_meets_a_whole_mail_each_time()
    {
        var mail = Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z");
        await SendAsync(mail);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await SendAsync(mail);
            }
        });

        do
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Outbox, Mails.Key + ".eml"));
            Assert.Single((await MimeMessage.LoadAsync(new MemoryStream(bytes))).Attachments);
        }
        while (!writing.IsCompleted);
        await writing;
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_again()
    {
        await File.WriteAllTextAsync(root.At("data"), "a file where the folder should be");

        Assert.IsType<TryAgain>(await SendAsync(Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z")));
    }

    [Fact]
    public async Task An_erased_address_is_given_up()
    {
        var alert = Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z") with
        {
            Subscription = Mails.Subscriber(address: ""),
        };

        Assert.IsType<GaveUp>(await SendAsync(alert));
    }

    private Task<SendResult> SendAsync(OutboundMessage message) =>
        new EmailChannel(Mails.Composer(), new OutboxTransport(Outbox)).SendAsync(
            message, TestContext.Current.CancellationToken);
}
