using System.Collections.Concurrent;
using System.Net.Sockets;
using Alerts.Ledger;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Sends emails to a mail server. Connections are kept open and reused, each for one email at a time, so there are
/// never more connections than emails being sent.
/// </summary>
internal sealed class SmtpTransport(SmtpOptions options) : IMailTransport, IAsyncDisposable
{
    /// <summary>Time limit for connecting and signing in, and again for sending one email, in real time.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // A stack: the most recently used connection is reused first, so that few stay open when little is sent.
    private readonly ConcurrentStack<SmtpClient> idle = new();

    /// <summary>Whether the last failure was one to connect, which a connection alone can show to be over.</summary>
    private volatile bool isUnreachable;

    public async Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel)
    {
        try
        {
            return await SendOrReconnectAsync(mail, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            const string NoAnswer = "the mail server did not answer within 15 s";
            return new TryAgain(null, NoAnswer) { ChannelFailure = NoAnswer };
        }
        catch (SmtpCommandException refusal)
        {
            return SmtpRefusal.Judge(refusal, mail);
        }
        catch (ServiceNotAuthenticatedException refusal)
        {
            // MailKit's exception for a 530, whatever the command (RFC 4954, section 6).
            var answer = SmtpRefusal.WithoutAddresses($"530 {refusal.Message}", mail);
            return new TryAgain(530, answer)
            {
                ChannelFailure = $"{Server} wants a sign-in ({answer}); set Alerts:Email:Smtp:User and :Password",
            };
        }
        catch (Exception failure) when (IsConnectionFailure(failure))
        {
            return new TryAgain(null, "the mail server ended the connection before it answered")
            {
                ChannelFailure = Shortened($"{Server} ended the connection before it answered ({Cause(failure)})"),
            };
        }
    }

    /// <summary>Connects and signs in, if the last attempt could not. The next email uses the connection.</summary>
    public async Task<bool> IsBackAsync(CancellationToken cancel)
    {
        if (!isUnreachable || !await IsAnsweredAsync(async timed => idle.Push(await ConnectAsync(timed)), cancel))
        {
            return false;
        }

        isUnreachable = false;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryPop(out var client))
        {
            using (client)
            {
                await IsAnsweredAsync(timed => client.DisconnectAsync(quit: true, timed), CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Sends over an idle connection or a new one. A server may close an idle connection at any time, at best with a
    /// 421 (RFC 5321, section 3.8); that is not a failure of the email.
    /// </summary>
    private async Task<SendResult> SendOrReconnectAsync(MimeMessage mail, CancellationToken cancel)
    {
        if (idle.TryPop(out var pooled))
        {
            // A NOOP costs little compared to the email, and cannot cause a duplicate.
            if (await IsAnsweredAsync(pooled.NoOpAsync, cancel))
            {
                try
                {
                    return await SendOverAsync(pooled, mail, cancel);
                }
                catch (SmtpCommandException closing) when (closing.StatusCode == SmtpStatusCode.ServiceNotAvailable)
                {
                    // The server accepted nothing: continue with a new connection.
                }
            }

            pooled.Dispose();
        }

        isUnreachable = true;
        SmtpClient connected;
        try
        {
            connected = await ConnectAsync(cancel);
        }
        catch (SmtpCommandException refusal)
        {
            // The server greeted with a refusal, or refused to go on: it accepts no email from us at all.
            return SmtpRefusal.OfTheServer(refusal, mail);
        }
        catch (Exception failure) when (IsConnectionFailure(failure))
        {
            return new TryAgain(null, "the mail server could not be reached")
            {
                ChannelFailure = Shortened(Advice(failure)),
            };
        }

        isUnreachable = false;
        return await SendOverAsync(connected, mail, cancel);
    }

    /// <summary>Sends over a connection, then makes it idle again, or closes it if a command may be open.</summary>
    private async Task<Delivered> SendOverAsync(SmtpClient client, MimeMessage mail, CancellationToken cancel)
    {
        var isReusable = false;
        try
        {
            using var timed = Timed(cancel);
            var answer = await client.SendAsync(mail, timed.Token);
            isReusable = true;
            return new Delivered((int)SmtpStatusCode.Ok, Shortened(answer));
        }
        catch (SmtpCommandException refused)
        {
            // After a refusal the connection can be reused, but not after a 421: the server closes it.
            isReusable = client.IsConnected && refused.StatusCode != SmtpStatusCode.ServiceNotAvailable;
            throw;
        }
        finally
        {
            if (isReusable)
            {
                idle.Push(client);
            }
            else
            {
                client.Dispose();
            }
        }
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancel)
    {
        var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        try
        {
            using var timed = Timed(cancel);
            await client.ConnectAsync(options.Host, options.Port, SocketOptions(options.Security), timed.Token);
            // All our addresses are ASCII. With SMTPUTF8 MailKit would write domains in Unicode, and a server on the
            // way that lacks it would have to return the email (RFC 6531, section 3.2).
            client.Capabilities &= ~SmtpCapabilities.UTF8;
            if (options is { User: { } user, Password: { } password })
            {
                if (options.Security == SmtpSecurity.Auto && !client.IsSecure)
                {
                    throw new AuthenticationException("the server offers no TLS, and the password is not sent without");
                }

                if (!client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
                {
                    throw new AuthenticationException("the server offers no sign-in");
                }

                await client.AuthenticateAsync(user, password, timed.Token);
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<bool> IsAnsweredAsync(Func<CancellationToken, Task> command, CancellationToken cancel)
    {
        try
        {
            using var timed = Timed(cancel);
            await command(timed.Token);
            return true;
        }
        catch (Exception failure) when (IsConnectionFailure(failure)
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private static CancellationTokenSource Timed(CancellationToken cancel)
    {
        var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(Timeout);
        return timed;
    }

    private static SecureSocketOptions SocketOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Auto => SecureSocketOptions.Auto,
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => throw new ArgumentOutOfRangeException(nameof(security)),
    };

    /// <summary>
    /// Whether a failure comes from the connection, TLS, sign-in or protocol. NotSupportedException means that the
    /// server lacks STARTTLS or a sign-in method.
    /// </summary>
    private static bool IsConnectionFailure(Exception failure) =>
        failure is SocketException or IOException or ProtocolException or CommandException or AuthenticationException
            or SslHandshakeException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or TimeoutException or NotSupportedException;

    /// <summary>What the operator should look at; the subscriber only reads that the server was not reached.</summary>
    private string Advice(Exception failure)
    {
        var why = Cause(failure);
        return failure switch
        {
            AuthenticationException =>
                $"{Server} did not accept the sign-in ({why}); check Alerts:Email:Smtp:User and :Password",
            SslHandshakeException or NotSupportedException =>
                $"no secure connection to {Server} ({why}); check Alerts:Email:Smtp:Security and :Port",
            _ => $"could not reach {Server} ({why}); check Alerts:Email:Smtp:Host and :Port",
        };
    }

    private string Server => $"{options.Host}:{options.Port}";

    private static string Cause(Exception failure) => failure.Message.Split('\n')[0].TrimEnd('.', '\r', ' ');

    private static string Shortened(string answer) => PlainText.Cut(PlainText.OneLine(answer), 2000);
}

/// <summary>Judges a mail server's refusal (RFC 5321, section 4.2.1: 5yz is permanent, 4yz is transient).</summary>
internal static class SmtpRefusal
{
    /// <summary>
    /// Gives up on a 5xx for the recipient or the content. Everything else is retried, because it concerns us and not
    /// this email: a refused sender, a refused sign-in (RFC 4954, section 6), or a server that is closing (RFC 5321,
    /// section 3.8). The operator can fix it, and meanwhile no email can be sent.
    /// </summary>
    public static SendResult Judge(SmtpCommandException refusal, MimeMessage mail)
    {
        var status = (int)refusal.StatusCode;
        var answer = Answer(refusal, mail);
        return (refusal.ErrorCode, status) switch
        {
            (_, 421 or (>= 530 and <= 538)) or (SmtpErrorCode.SenderNotAccepted, >= 500) =>
                OfTheServer(refusal, mail),
            (_, < 500) or (SmtpErrorCode.UnexpectedStatusCode, _) => new TryAgain(status, answer),
            (SmtpErrorCode.RecipientNotAccepted, _) => new GaveUp(status, answer, "mailbox refused: " + answer),
            _ => new GaveUp(status, answer, "email refused: " + answer),
        };
    }

    /// <summary>The result of a refusal by which the server accepts no email from us.</summary>
    public static TryAgain OfTheServer(SmtpCommandException refusal, MimeMessage mail)
    {
        var answer = Answer(refusal, mail);
        return new TryAgain((int)refusal.StatusCode, answer) { ChannelFailure = answer };
    }

    /// <summary>
    /// Removes addresses, which servers often repeat, because the ledger is kept longer than addresses. Also removes
    /// control characters and limits the length to 500.
    /// </summary>
    public static string WithoutAddresses(string answer, MimeMessage mail)
    {
        foreach (var mailbox in mail.To.Mailboxes)
        {
            answer = answer.Replace(mailbox.Address, "(address)", StringComparison.OrdinalIgnoreCase);
        }

        return PlainText.Cut(PlainText.OneLine(answer), 500);
    }

    private static string Answer(SmtpCommandException refusal, MimeMessage mail) =>
        WithoutAddresses($"{(int)refusal.StatusCode} {refusal.Message}", mail);
}
