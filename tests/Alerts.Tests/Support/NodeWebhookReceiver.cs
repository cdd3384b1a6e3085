using System.Diagnostics;
using System.Text.Json;

namespace Alerts.Tests.Support;

/// <summary>
/// The process of <c>tests/parts/webhook-receiver.mjs</c>, which verifies each delivery with
/// the npm library <c>standardwebhooks</c>.
/// </summary>
internal sealed class NodeWebhookReceiver : IDisposable
{
    private readonly Process _process;

    private NodeWebhookReceiver(Process process) => _process = process;

    /// <summary>Its URL, on a free loopback port.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts it. It accepts a delivery that any of the secrets verifies.</summary>
    public static async Task<NodeWebhookReceiver> StartAsync(params string[] secrets)
    {
        var node = RealPart.Require("node", "apt-get install -y --no-install-recommends nodejs npm");
        RealPart.Require("tests/parts/node_modules/standardwebhooks", RealPart.FromNpm);
        var folder = RepositoryRoot.At("tests/parts");
        var start = new ProcessStartInfo(node, ["webhook-receiver.mjs", "0", .. secrets])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardInput = true
        };
        var receiver = new NodeWebhookReceiver(
            Process.Start(start) ?? throw new InvalidOperationException("node did not start"));
        using var ready = JsonDocument.Parse(await receiver.LineAsync());
        receiver.Url = FormattableString.Invariant(
            $"http://127.0.0.1:{ready.RootElement.GetProperty("listening").GetInt32()}/hook");
        return receiver;
    }

    /// <summary>Adds a secret that it accepts from now on. Verdicts that were not read before are discarded.</summary>
    public async Task AddSecretAsync(string secret)
    {
        await _process.StandardInput.WriteLineAsync(secret);
        await _process.StandardInput.FlushAsync();
        while (!(await LineAsync()).StartsWith("{\"secrets\":", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Waits for the next verdict.</summary>
    public async Task<NodeVerdict> NextAsync() =>
        JsonSerializer.Deserialize<NodeVerdict>(await LineAsync(), JsonSerializerOptions.Web)
        ?? throw new InvalidDataException("no verdict");

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        ?? throw new InvalidDataException("node has ended");
}

/// <summary>The published library's verdict on one delivery.</summary>
/// <param name="By">
/// The secrets that verify it, numbered from 0 in the order they were given, separated by blanks.
/// </param>
internal sealed record NodeVerdict(string? Id, bool Ok, string? Error, string? Type, string By);
