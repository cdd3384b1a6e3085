using System.Globalization;
using System.Text;
using System.Text.Json;
using Alerts.Senders.Webhook;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Alerts.App;

/// <summary>
/// The demo's webhook consumer: checks each signature with the subscription's secret and answers the verification.
/// </summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<string> verified = [];

    public DemoReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Alerts reads its own settings; the machine's ASP.NET Core settings have no effect.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/", ReceiveAsync);
    }

    /// <summary>The ids of the alerts with a valid signature.</summary>
    public IReadOnlyList<string> Verified => verified;

    public int Refused { get; private set; }

    /// <summary>
    /// The subscription's secret, which is shown only when the subscription is created. Earlier requests wait for it.
    /// </summary>
    public TaskCompletionSource<string> Secret { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Kestrel always provides this feature.
    public string Url =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";

    public Task StartAsync() => app.StartAsync();

    public Task StopAsync() => app.StopAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var id = request.Headers["webhook-id"].ToString();
        var expected = StandardWebhooks.Sign(
            [await Secret.Task],
            id,
            long.Parse(request.Headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture),
            Encoding.UTF8.GetBytes(body));
        if (request.Headers["webhook-signature"] != expected)
        {
            Refused++;
            return Results.Unauthorized();
        }

        using var json = JsonDocument.Parse(body);
        if (json.RootElement.GetProperty("type").GetString() == "webhook.verification")
        {
            return Results.Text(json.RootElement.GetProperty("data").GetProperty("challenge").GetString());
        }

        lock (verified)
        {
            verified.Add(id);
        }

        return Results.Ok();
    }
}
