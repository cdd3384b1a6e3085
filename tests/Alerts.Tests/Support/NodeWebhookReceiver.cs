using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Alerts.Tests.Support;

/// <summary>The process of <c>tests/parts/webhook-receiver.mjs</c>, which verifies each delivery with the npm library <c>standardwebhooks</c>.</summary>
internal sealed class NodeWebhookReceiver : IDisposable
{
    private readonly Process _process;

    private NodeWebhookReceiver(Process process) => _process = process;

    /// <summary>Its URL, on a free port of loopback.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts it; it accepts what any one of the secrets verifies.</summary>
    public static async Task<NodeWebhookReceiver> StartAsync(params string[] secrets)
    {
        var folder = NodeParts.FolderWith("standardwebhooks");
        var start = new ProcessStartInfo("node", ["webhook-receiver.mjs", "0", .. secrets]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        var receiver = new NodeWebhookReceiver(Process.Start(start) ?? throw new InvalidOperationException("node did not start"));
        using var ready = JsonDocument.Parse(await receiver.LineAsync());
        receiver.Url = FormattableString.Invariant($"http://127.0.0.1:{ready.RootElement.GetProperty("listening").GetInt32()}/hook");
        return receiver;
    }

    /// <summary>The next verdict.</summary>
    public async Task<NodeVerdict> NextAsync() =>
        JsonSerializer.Deserialize<NodeVerdict>(await LineAsync(), JsonSerializerOptions.Web) ?? throw new InvalidDataException("no verdict");

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidDataException("node has ended");
}

/// <summary>What the published library says of one delivery.</summary>
internal sealed record NodeVerdict(string? Id, bool Ok, string? Error, string? Type);
