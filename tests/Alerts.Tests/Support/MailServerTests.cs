using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Alerts.Tests.Support;

/// <summary>Tests that the mail server returns what a mail program would receive.</summary>
public sealed class MailServerTests
{
    [Fact]
    public async Task A_mail_sent_over_SMTP_is_read_back_with_its_headers_and_parts()
    {
        await using var server = await MailServer.StartAsync(Cancel);
        await SendAsync(server, "Tomorrow: Zölle (10 Nov 2025)", "anna@example.com");

        var mail = Assert.Single(await server.WaitForMailsAsync(1, Cancel));

        Assert.Equal("Tomorrow: Zölle (10 Nov 2025)", mail.Subject);
        Assert.Equal(["anna@example.com"], mail.Recipients);
        Assert.Equal("al_abc@alerts.example", mail.Message.MessageId);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        Assert.Null(mail.Header("List-Id"));
        Assert.Equal("one day left", mail.Text?.TrimEnd());
        Assert.Equal("<p>one day left</p>", mail.Html?.TrimEnd());
    }

    [Fact]
    public async Task Mails_come_in_the_order_they_were_sent_and_can_all_be_thrown_away()
    {
        await using var server = await MailServer.StartAsync(Cancel);
        await SendAsync(server, "first", "anna@example.com");
        await SendAsync(server, "second", "ben@example.com");

        var mails = await server.WaitForMailsAsync(2, Cancel);
        await server.DeleteAllAsync(Cancel);

        Assert.Equal(["first", "second"], mails.Select(mail => mail.Subject));
        Assert.Empty(await server.MailsAsync(Cancel));
    }

    private static async Task SendAsync(MailServer server, string subject, string to)
    {
        using var message = new MimeMessage
        {
            Subject = subject,
            MessageId = "al_abc@alerts.example",
            Body = new BodyBuilder { TextBody = "one day left", HtmlBody = "<p>one day left</p>" }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress("Alerts", "alerts@example.com"));
        message.To.Add(new MailboxAddress("", to));
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");

        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", server.SmtpPort, SecureSocketOptions.None, Cancel);
        await client.SendAsync(message, Cancel);
        await client.DisconnectAsync(quit: true, Cancel);
    }
}
