using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Alerts.Senders.Webhook;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures the whole path of a webhook, from the due instant through ledger, claim and pre-send check to the
/// endpoint, compared with a bare loop that signs and posts bodies of the same size to the same endpoints; with kept
/// and with new connections.
/// </summary>
internal static class WebhookPathBenchmark
{
    private const int Endpoints = 100;
    private const int Dates = 30;
    private const int Posters = 64;

    public static async Task RunAsync(Report report)
    {
        foreach (var behaviour in new[] { "ok", "close" })
        {
            var what = behaviour == "ok" ? "kept connections" : "new connections";
            var bare = await BareAsync(behaviour);
            var (ours, microseconds) = await OursAsync(behaviour);
            report.Figure($"webhooks, {what}: bare loop", bare, "posts/s");
            report.Figure($"webhooks, {what}: Alerts, durable on SQLite", ours, "alerts/s");
            report.Figure($"webhooks, {what}: Alerts : bare loop", ours / bare, "ratio");
            report.Figure($"webhooks, {what}: processor time of Alerts", microseconds, "microseconds/alert");
        }
    }

    private static async Task<(double Rate, double Microseconds)> OursAsync(string behaviour)
    {
        using var endpoints = new RawEndpoints();
        await using var program = await ServiceProgram.StartAsync();
        using var load = new WebhookLoad(
            program.Url,
            MeasuredService.OperatorKey,
            TimeSpan.FromSeconds(50),
            TimeSpan.FromSeconds(30));
        await load.SubscribeAsync(
            Enumerable.Range(0, Endpoints).Select(i => endpoints.Url(behaviour, i, ownHost: true)),
            twice: true,
            CancellationToken.None);
        if (!await load.AddDatesAsync(endpoints, Dates, CancellationToken.None))
        {
            throw new InvalidOperationException("The set-up took longer than was given for it.");
        }

        var (rate, used) = (0.0, 0.0);
        foreach (var due in new[] { load.First, load.Second })
        {
            _ = await WebhookLoad.LatenessAsync(
                endpoints,
                due,
                Endpoints * Dates,
                TimeSpan.FromSeconds(60),
                CancellationToken.None) ?? throw new InvalidOperationException("Not all alerts arrived.");
            // The first run is the warm-up.
            rate =
                Endpoints
                * Dates
                / endpoints.Arrivals.Where(arrival => arrival.DueAt == due).Max(arrival => arrival.Late).TotalSeconds;
            used = program.ProcessorSeconds - used;
        }

        return (rate, used * 1e6 / (Endpoints * Dates));
    }

    private static async Task<double> BareAsync(string behaviour)
    {
        using var endpoints = new RawEndpoints();
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
            }
        );
        var rate = 0.0;
        for (var round = 0; round < 2; round++)
        {
            var next = 0;
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => Task.Run(async () =>
            {
                for (int i; (i = Interlocked.Increment(ref next) - 1) < Endpoints * Dates;)
                {
                    await PostAsync(client, endpoints.Url(behaviour, i % Endpoints, ownHost: true), i);
                }
            })));
            rate = Endpoints * Dates / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        return rate;
    }

    private static async Task PostAsync(HttpMessageInvoker client, string url, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"al_{number}");
        var body = System.Text.Encoding.UTF8.GetBytes(
            """{"type":"deadline.reminder","timestamp":"2026-11-09T14:00:00Z","data":"""
            + $$$"""{"alertKey":"{{{id}}}","dueAt":"2026-11-09T14:00:00Z","text":"{{{new string('x', 500)}}}"}}"""
        );
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            "webhook-signature",
            StandardWebhooks.Sign(["whsec_" + Convert.ToBase64String(new byte[32])], id, timestamp, body));
        using var response = await client.SendAsync(request, CancellationToken.None);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The endpoint answered {(int)response.StatusCode}.");
        }

        await response.Content.ReadAsByteArrayAsync();
    }
}
