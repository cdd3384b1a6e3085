using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Alerts.Senders.Email;
using Xunit;

namespace Alerts.Tests.Senders.Email;

/// <summary>The npm package maildev as a real mail server, with the mails it received as JSON. Skips the test when it is not installed.</summary>
internal sealed class MailDev : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient http;
    private readonly DirectoryInfo folder;

    private MailDev(Process process, DirectoryInfo folder, int smtpPort, int webPort)
    {
        this.folder = folder;
        this.process = process;
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{webPort}") };
        Options = new SmtpOptions("127.0.0.1", smtpPort);
    }

    public SmtpOptions Options { get; }

    public static async Task<MailDev> StartAsync()
    {
        var program = Path.Combine(Root(), "tests", "parts", "node_modules", ".bin", "maildev");
        if (!File.Exists(program))
        {
            const string missing = "maildev is missing; run: npm ci --prefix tests/parts --ignore-scripts";
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Skip(missing);
        }

        var (smtpPort, webPort) = (SmtpTransportTests.FreePort(), SmtpTransportTests.FreePort());
        var folder = Directory.CreateTempSubdirectory("alerts-maildev-");
        var process = Process.Start(new ProcessStartInfo(
            program,
            [
                "--smtp", $"{smtpPort}", "--web", $"{webPort}", "--ip", "127.0.0.1", "--web-ip", "127.0.0.1",
                "--mail-directory", folder.FullName, "--silent",
            ])) ?? throw new InvalidOperationException("maildev did not start");
        var server = new MailDev(process, folder, smtpPort, webPort);
        await server.AnswersAsync(smtpPort);
        await server.AnswersAsync(webPort);
        return server;
    }

    public async Task<IReadOnlyList<JsonElement>> MailsAsync() =>
        await http.GetFromJsonAsync<IReadOnlyList<JsonElement>>("/api/email", TestContext.Current.CancellationToken) ?? [];

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Until a connection is taken; the test's own time-out ends a wait in vain.</summary>
    private async Task AnswersAsync(int port)
    {
        while (true)
        {
            Assert.False(process.HasExited, "maildev ended");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Alerts.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no Alerts.sln above the tests");
    }
}
