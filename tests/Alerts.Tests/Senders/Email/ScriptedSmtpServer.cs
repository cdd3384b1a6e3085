using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alerts.Senders.Email;

namespace Alerts.Tests.Senders.Email;

/// <summary>
/// A minimal mail server that gives the responses a test sets, because a real one does not give them on demand.
/// </summary>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly ConcurrentBag<TcpClient> clients = [];
    private readonly Task accepting;
    private int connections;
    private int mails;

    /// <param name="port">The port; 0 for any free one.</param>
    public ScriptedSmtpServer(int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>
    /// Responses by command (<c>.</c> is the end of the content). Other commands get a positive response. An empty
    /// response ends the connection instead.
    /// </summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    public bool ClosesAfterEachMail { get; init; }

    public bool SaysGoodbyeToSecondMail { get; init; }

    /// <summary>Whether it takes addresses in Unicode (RFC 6531).</summary>
    public bool OffersUtf8 { get; init; }

    public ConcurrentQueue<string> Heard { get; } = new();

    public int Connections => connections;

    public SmtpOptions Options => new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        foreach (var client in clients)
        {
            client.Dispose();
        }

        await accepting;
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                clients.Add(client);
                Interlocked.Increment(ref connections);
                talks.Add(TalkAsync(client));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
                {
                    NewLine = "\r\n",
                    AutoFlush = true,
                };
                await writer.WriteLineAsync("220 scripted");
                var isContent = false;
                while (await reader.ReadLineAsync() is { } line)
                {
                    if (isContent && line != ".")
                    {
                        continue;
                    }

                    Heard.Enqueue(line);
                    var command = line.Split(' ')[0].Replace("EHLO", "HELO", StringComparison.Ordinal);
                    var answer =
                        Answers.TryGetValue(command, out var scripted) ? scripted
                        : command == "MAIL" && SaysGoodbyeToSecondMail && mails == 1 && connections == 1
                            ? "421 too many mails"
                        : command == "DATA" ? "354 go on"
                        : command == "HELO" && OffersUtf8 ? "250-kindly\r\n250 SMTPUTF8"
                        : "250 kindly";
                    isContent = command == "DATA";
                    if (answer.Length == 0)
                    {
                        return;
                    }

                    await writer.WriteLineAsync(answer);
                    if (command == "."
                        && answer[0] == '2'
                        && Interlocked.Increment(ref mails) > 0
                        && ClosesAfterEachMail)
                    {
                        return;
                    }

                    if (command == "QUIT" || answer.StartsWith("421", StringComparison.Ordinal))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // The client has disconnected, or the test has ended.
        }
    }
}
