using System.Collections.Concurrent;
using System.Net.Sockets;
using Alerts.Core;
using Alerts.Ledger;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Hands mails to a mail server. Connections stay open and are used again, each by one mail at a time; there are never more
/// than mails under way at once.
/// </summary>
internal sealed class SmtpTransport(SmtpOptions options) : IMailTransport, IAsyncDisposable
{
    /// <summary>Real time for connecting with sign-in, and again for one mail.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    // The last used comes first, so that in quiet times the same few stay warm.
    private readonly ConcurrentStack<SmtpClient> idle = new();

    public async Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel)
    {
        try
        {
            return new Delivered((int)SmtpStatusCode.Ok, Shortened(await SendOrReconnectAsync(mail, cancel)));
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
        catch (Exception failure) when (IsOnTheWay(failure))
        {
            var sentence = Shortened($"mail server not reached: {failure.GetType().Name}: {failure.Message}");
            return new TryAgain(null, sentence) { ChannelFailure = sentence };
        }
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
    /// Sends over an idle connection, or a new one. A server may close an idle connection at any time, and says so at best
    /// with a 421 (RFC 5321, section 3.8): that is no failure of the mail.
    /// </summary>
    private async Task<string> SendOrReconnectAsync(MimeMessage mail, CancellationToken cancel)
    {
        if (idle.TryPop(out var pooled))
        {
            if (await IsAliveAsync(pooled, cancel))
            {
                try
                {
                    return await SendOverAsync(pooled, mail, cancel);
                }
                catch (SmtpCommandException closing) when (closing.StatusCode == SmtpStatusCode.ServiceNotAvailable)
                {
                    // Falls through to a new connection: the server took nothing.
                }
            }

            pooled.Dispose();
        }

        return await SendOverAsync(await ConnectAsync(cancel), mail, cancel);
    }

    /// <summary>Afterwards the connection is idle again, or closed when it may be in the midst of something.</summary>
    private async Task<string> SendOverAsync(SmtpClient client, MimeMessage mail, CancellationToken cancel)
    {
        var isReusable = false;
        try
        {
            var answer = await TimedAsync(timed => client.SendAsync(mail, timed), cancel);
            isReusable = true;
            return answer;
        }
        catch (SmtpCommandException)
        {
            // A refused mail leaves the connection as good as before.
            isReusable = client.IsConnected;
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
            await TimedAsync(
                async timed =>
                {
                    await client.ConnectAsync(options.Host, options.Port, SocketOptions(options.Security), timed);
                    if (options is { User: { } user, Password: { } password })
                    {
                        if (options.Security == SmtpSecurity.Auto && !client.IsSecure)
                        {
                            throw new AuthenticationException(
                                "the server offers no TLS, and the password is not sent without");
                        }

                        await client.AuthenticateAsync(user, password, timed);
                    }

                    return client;
                },
                cancel);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>One NOOP: a small part of what the mail itself costs, and nothing can be sent twice by it.</summary>
    private static Task<bool> IsAliveAsync(SmtpClient client, CancellationToken cancel) =>
        IsAnsweredAsync(client.NoOpAsync, cancel);

    private static async Task<bool> IsAnsweredAsync(Func<CancellationToken, Task> command, CancellationToken cancel)
    {
        try
        {
            return await TimedAsync(
                async timed =>
                {
                    await command(timed);
                    return true;
                },
                cancel);
        }
        catch (Exception failure)
            when (IsOnTheWay(failure) || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<T> TimedAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancel)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(Timeout);
        return await step(timed.Token);
    }

    private static SecureSocketOptions SocketOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Auto => SecureSocketOptions.Auto,
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => throw new ArgumentOutOfRangeException(nameof(security)),
    };

    /// <summary>Connection, TLS, sign-in and protocol trouble; the last of them is what a server lacks (STARTTLS, a sign-in method).</summary>
    private static bool IsOnTheWay(Exception failure) =>
        failure
            is SocketException
                or IOException
                or ProtocolException
                or CommandException
                or AuthenticationException
                or SslHandshakeException
                or ServiceNotConnectedException
                or ServiceNotAuthenticatedException
                or TimeoutException
                or NotSupportedException;

    private static string Shortened(string answer) => PlainText.Cut(PlainText.OneLine(answer), 2000);
}
