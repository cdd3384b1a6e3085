using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;

namespace Alerts.Tests.Senders.Email;

public sealed class SmtpTransportTests
{
    private static readonly OutboundAlert Alert = Mails.Reminder(Mails.Date(title: "Truce 😀"), "2025-11-09T14:00:00Z");

    [Fact]
    public async Task A_real_server_receives_the_mail_as_it_was_composed()
    {
        await using var server = await MailServer.StartAsync(TestContext.Current.CancellationToken);
        await using var transport = new SmtpTransport(new SmtpOptions("127.0.0.1", server.SmtpPort));

        Assert.Equal(250, Assert.IsType<Delivered>(await SendAsync(transport, Alert)).Status);

        var mail = Assert.Single(await server.WaitForMailsAsync(1, TestContext.Current.CancellationToken));
        Assert.Equal("Tomorrow: Truce 😀 (10 Nov 2025, 00:01 New York)", mail.Subject);
        Assert.Equal(["newyork@example.com"], mail.Recipients);
        Assert.Contains(mail.Message.Attachments, part =>
            part.ContentDisposition?.FileName == "us-china-truce-expiry.ics");
        Assert.StartsWith(Mails.Key + "@", mail.Message.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_mails_at_once_all_arrive()
    {
        await using var server = await MailServer.StartAsync(TestContext.Current.CancellationToken);
        await using var transport = new SmtpTransport(new SmtpOptions("127.0.0.1", server.SmtpPort));

        var results = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => SendAsync(transport, Alert with { Id = $"al_{i}" })));

        Assert.All(results, result => Assert.IsType<Delivered>(result));
        Assert.Equal(40, (await server.WaitForMailsAsync(40, TestContext.Current.CancellationToken)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mailbox_with_a_domain_in_unicode_is_named_in_its_ascii_form(bool offersUtf8)
    {
        await using var server = new ScriptedSmtpServer { OffersUtf8 = offersUtf8 };
        await using var transport = new SmtpTransport(server.Options);

        Assert.IsType<Delivered>(await SendAsync(
            transport, Alert with { Subscription = Mails.Subscriber(address: "reader@xn--bcher-kva.example") }));

        Assert.Contains(
            server.Heard, line => line.StartsWith("RCPT TO:<reader@xn--bcher-kva.example>", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Heard, line => line.Contains("SMTPUTF8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_is_used_again()
    {
        await using var server = new ScriptedSmtpServer();
        await using var transport = new SmtpTransport(server.Options);

        await SendAsync(transport, Alert);
        await SendAsync(transport, Alert);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_meanwhile_costs_no_attempt()
    {
        await using var server = new ScriptedSmtpServer { ClosesAfterEachMail = true };
        await using var transport = new SmtpTransport(server.Options);

        Assert.IsType<Delivered>(await SendAsync(transport, Alert));
        Assert.IsType<Delivered>(await SendAsync(transport, Alert));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_server_that_says_goodbye_to_a_used_connection_costs_no_attempt()
    {
        await using var server = new ScriptedSmtpServer { SaysGoodbyeToSecondMail = true };
        await using var transport = new SmtpTransport(server.Options);

        Assert.IsType<Delivered>(await SendAsync(transport, Alert));
        Assert.IsType<Delivered>(await SendAsync(transport, Alert));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(
        "RCPT", "550 5.1.1 <newyork@example.com> no such user", "mailbox refused: 550 5.1.1 <(address)> no such user")]
    [InlineData(".", "554 5.6.0 looks like spam", "email refused: 554 5.6.0 looks like spam")]
    public async Task What_is_refused_for_ever_is_given_up_without_naming_the_address(
        string command, string answer, string reason)
    {
        await using var server = new ScriptedSmtpServer { Answers = { [command] = answer } };
        await using var transport = new SmtpTransport(server.Options);

        var gaveUp = Assert.IsType<GaveUp>(await SendAsync(transport, Alert));
        Assert.Equal(reason, gaveUp.Reason);
        Assert.DoesNotContain("newyork", gaveUp.Response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RCPT", "451 4.7.1 greylisted", 451)]
    [InlineData("RCPT", "452 4.2.2 mailbox full", 452)]
    [InlineData(".", "421 4.3.2 shutting down", 421)]
    [InlineData("HELO", "554 go away", 554)]
    public async Task What_may_be_otherwise_later_is_tried_again(string command, string answer, int? status)
    {
        await using var server = new ScriptedSmtpServer { Answers = { [command] = answer } };
        await using var transport = new SmtpTransport(server.Options);

        Assert.Equal(status, Assert.IsType<TryAgain>(await SendAsync(transport, Alert)).Status);
    }

    [Theory]
    [InlineData("MAIL", "554 5.7.1 client host blocked", 554, "554 5.7.1 client host blocked")]
    [InlineData("MAIL", "550 5.1.8 sender rejected", 550, "550 5.1.8 sender rejected")]
    [InlineData("MAIL", "530 5.7.0 sign in first", 530, "wants a sign-in (530 5.7.0 sign in first); set Alerts:Email:")]
    [InlineData("RCPT", "530 5.7.0 sign in first", 530, "wants a sign-in (530 5.7.0 sign in first); set Alerts:Email:")]
    [InlineData("HELO", "554 go away", 554, "554 go away")]
    public async Task A_server_that_takes_no_mail_from_us_is_a_failure_of_the_channel(
        string command, string answer, int status, string failure)
    {
        await using var server = new ScriptedSmtpServer { Answers = { [command] = answer } };
        await using var transport = new SmtpTransport(server.Options);

        var later = Assert.IsType<TryAgain>(await SendAsync(transport, Alert));
        Assert.Equal(status, later.Status);
        Assert.Contains(failure, later.ChannelFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_sign_in_is_named_as_such()
    {
        await using var server = new ScriptedSmtpServer();
        await using var transport = new SmtpTransport(
            server.Options with { Security = SmtpSecurity.None, User = "alerts", Password = "secret" });

        var later = Assert.IsType<TryAgain>(await SendAsync(transport, Alert));
        Assert.Contains(
            "did not accept the sign-in (the server offers no sign-in); check Alerts:Email:Smtp:User",
            later.ChannelFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_refusal_the_next_mail_goes_out_over_the_same_connection()
    {
        await using var server = new ScriptedSmtpServer { Answers = { ["RCPT"] = "550 no such user" } };
        await using var transport = new SmtpTransport(server.Options);

        Assert.IsType<GaveUp>(await SendAsync(transport, Alert));
        server.Answers.Clear();

        Assert.IsType<Delivered>(await SendAsync(transport, Alert));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again()
    {
        await using var transport = new SmtpTransport(new SmtpOptions("127.0.0.1", FreePort.Next()));

        var later = Assert.IsType<TryAgain>(await SendAsync(transport, Alert));
        Assert.Equal("the mail server could not be reached", later.Response);
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_answer_is_not_called_unreachable()
    {
        await using var server = new ScriptedSmtpServer { Answers = { ["."] = "" } };
        await using var transport = new SmtpTransport(server.Options);

        var later = Assert.IsType<TryAgain>(await SendAsync(transport, Alert));
        Assert.Equal("the mail server ended the connection before it answered", later.Response);
        Assert.DoesNotContain("could not reach", later.ChannelFailure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    [InlineData(SmtpSecurity.Auto)] // with a user: the password is not sent in the clear
    internal async Task No_mail_goes_out_less_protected_than_asked_for(SmtpSecurity security)
    {
        await using var server = new ScriptedSmtpServer();
        await using var transport = new SmtpTransport(
            server.Options with { Security = security, User = "alerts", Password = "secret" });

        Assert.IsType<TryAgain>(await SendAsync(transport, Alert));
        Assert.DoesNotContain(server.Heard, line =>
            line.StartsWith("MAIL", StringComparison.Ordinal) || line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_the_service_breaks_off_and_is_no_result()
    {
        await using var server = new ScriptedSmtpServer();
        await using var transport = new SmtpTransport(server.Options);
        using var mail = Mails.Composer().Compose(Alert);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            transport.SendAsync(Alert.Id, mail, new CancellationToken(canceled: true)));
    }

    private static Task<SendResult> SendAsync(IMailTransport transport, OutboundMessage message) =>
        new EmailChannel(Mails.Composer(), transport).SendAsync(message, TestContext.Current.CancellationToken);
}
