using System.Net.Sockets;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Tests.Senders.Email;
using MailKit.Net.Smtp;
using MimeKit;

namespace Alerts.Tests.Senders;

/// <summary>Tests which failures belong to the channel and which to a destination.</summary>
public sealed class ChannelFailureTests
{
    [Theory]
    [InlineData(421, true)]
    [InlineData(535, true)]
    [InlineData(530, true)]
    [InlineData(451, false)]
    [InlineData(550, false)]
    [InlineData(552, false)]
    public void A_refused_sign_in_and_a_server_that_closes_are_the_channel_s_failure(int status, bool isChannel)
    {
        using var mail = Mails.Composer().Compose(Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z"));
        var result = SmtpRefusal.Judge(
            new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, (SmtpStatusCode)status, new MailboxAddress(
                "", "a@example.com"), "no"), mail);

        Assert.Equal(isChannel, result.ChannelFailure is not null);
        Assert.Equal(!isChannel, result.ShowsChannelWorks);
    }

    [Theory]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.NetworkUnreachable, true)]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.ConnectionRefused, false)]
    public void Three_hosts_out_of_reach_with_no_answer_between_are_the_network(SocketError error, bool isOurs)
    {
        var reach = new NetworkReach();

        Assert.Null(reach.Missed("a.example", new SocketException((int)error)));
        Assert.Null(reach.Missed("A.example", new SocketException((int)error)));
        Assert.Null(reach.Missed("b.example", new SocketException((int)error)));
        Assert.Equal(isOurs, reach.Missed("c.example", new SocketException((int)error)) is not null);
        reach.Answered();
        Assert.Null(reach.Missed("c.example", new SocketException((int)error)));
    }

    [Fact]
    public void Neither_a_dead_endpoint_nor_an_error_of_ours_says_anything_of_the_channel()
    {
        Assert.False(new TryAgain(null, "no connection could be made").ShowsChannelWorks);
        Assert.False(new GaveUp(null, null, "no email address to send to").ShowsChannelWorks);
        Assert.True(new TryAgain(500, "no").ShowsChannelWorks);
        Assert.True(new Delivered(null, "written").ShowsChannelWorks);
        Assert.False(
            new InDoubt("no answer", Duration.FromMinutes(1)) { ChannelFailure = "no answer" }.ShowsChannelWorks);
    }
}
