using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>
/// A webhook endpoint on loopback: a real Kestrel that records each request and answers as a test says.
/// </summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly Channel<ReceivedWebhook> _arrivals = Channel.CreateUnbounded<ReceivedWebhook>();
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    /// <summary>Answers each request; default: 200 with an empty body.</summary>
    public Func<HttpContext, ReceivedWebhook, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>All requests so far, in order of arrival.</summary>
    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>Its address without a path; the host is <c>127.0.0.1</c>.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts a receiver on a free port.</summary>
    /// <param name="certificate">The certificate for https; null for plain http.</param>
    public static async Task<WebhookReceiver> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var receiver = new WebhookReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Sets the answer to every request: status, body and headers.</summary>
    public void AnswerWith(int status, string body = "", params (string Name, string Value)[] headers) =>
        Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            return body.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(body);
        };

    /// <summary>
    /// Answers as a correct consumer does: a verification with its challenge, everything else with an empty 200.
    /// </summary>
    public static Task ConsumeAsync(HttpContext context, ReceivedWebhook received)
    {
        using var json = System.Text.Json.JsonDocument.Parse(received.Body);
        return json.RootElement.GetProperty("data").TryGetProperty("challenge", out var challenge)
            ? context.Response.WriteAsync(challenge.GetString() ?? "")
            : Task.CompletedTask;
    }

    /// <summary>Waits for the next request that this method has not returned yet.</summary>
    public async Task<ReceivedWebhook> NextAsync() =>
        await _arrivals.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers
            .ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var received = new ReceivedWebhook(
            context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body.ToArray());
        _received.Enqueue(received);
        _arrivals.Writer.TryWrite(received);
        await Answer(context, received);
    }
}

/// <summary>One received request.</summary>
internal sealed record ReceivedWebhook(
    string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
