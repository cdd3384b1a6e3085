using System.Net.Http.Json;
using MimeKit;

namespace Alerts.Tests.Support;

/// <summary>A real SMTP server (npm maildev) on loopback. Its mails are read through its REST API.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _api;
    private readonly Dictionary<string, ReceivedMail> _read = [];

    private MailServer(ChildProcess process, TemporaryFolder folder, int smtpPort, int webPort)
    {
        _process = process;
        _folder = folder;
        SmtpPort = smtpPort;
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{webPort}/api/") };
    }

    /// <summary>The SMTP port on 127.0.0.1, without TLS or login.</summary>
    public int SmtpPort { get; }

    public static async Task<MailServer> StartAsync(CancellationToken cancel)
    {
        var node = RealPart.Require("node", "apt-get install -y --no-install-recommends nodejs npm");
        var program = RealPart.Require("tests/parts/node_modules/maildev/dist/bin/maildev.js", RealPart.FromNpm);

        // A folder of its own: by default all maildev processes of a machine share one folder, and each
        // empties it at start.
        var folder = new TemporaryFolder();
        var (smtpPort, webPort) = (FreePort.Next(), FreePort.Next());
        var process = ChildProcess.Start(
            node,
            [
                program, "--ip", "127.0.0.1", "--smtp", $"{smtpPort}", "--web-ip", "127.0.0.1", "--web", $"{webPort}",
                "--mail-directory", folder.At("mails"),
            ],
            workingDirectory: folder.Path);
        var server = new MailServer(process, folder, smtpPort, webPort);
        try
        {
            await process.WaitForPortAsync(webPort, cancel);
            await process.WaitForPortAsync(smtpPort, cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Returns all mails it holds, in order of arrival.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync(CancellationToken cancel)
    {
        var listed = await _api.GetFromJsonAsync<List<ListedMail>>("email", cancel) ?? [];
        var mails = new List<ReceivedMail>();
        foreach (var mail in listed.OrderBy(mail => mail.Time))
        {
            if (!_read.TryGetValue(mail.Id, out var received))
            {
                var source = await _api.GetByteArrayAsync($"email/{mail.Id}/source", cancel);
                var message = await MimeMessage.LoadAsync(new MemoryStream(source), cancel);
                if (message.MessageId is { Length: > 30 } id && id.Split('_')[0] is "al" or "ag" or "msg")
                {
                    MailCheck.Checked(source); // a mail of the product, not one made by a test
                }

                _read[mail.Id] = received =
                    new ReceivedMail(mail.Id, [.. mail.Envelope.To.Select(to => to.Address)], message);
            }

            mails.Add(received);
        }

        return mails;
    }

    /// <summary>
    /// Waits until it holds at least <paramref name="count"/> mails and returns them. The line that maildev prints per
    /// mail ends the wait.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForMailsAsync(int count, CancellationToken cancel)
    {
        while (true)
        {
            var linesBefore = _process.Output.All.Count;
            if (await MailsAsync(cancel) is var mails && mails.Count >= count)
            {
                return mails;
            }

            if (!await _process.Output.WaitForMoreAsync(linesBefore, cancel))
            {
                throw new InvalidOperationException($"maildev ended with {mails.Count} of {count} mails.");
            }
        }
    }

    /// <summary>Deletes all mails it holds.</summary>
    public async Task DeleteAllAsync(CancellationToken cancel)
    {
        using var answer = await _api.DeleteAsync("email/all", cancel);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _api.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// The used part of <c>GET /api/email</c>. Its headers are not used because they lack the <c>List-</c> ones.
    /// </summary>
    private sealed record ListedMail(string Id, DateTimeOffset Time, Envelope Envelope);

    private sealed record Envelope(IReadOnlyList<Recipient> To);

    private sealed record Recipient(string Address);
}
