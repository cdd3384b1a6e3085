using System.Text;
using System.Text.Json.Nodes;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The telemetry as a collector receives it: it traces every alert and never identifies a subscriber.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Telemetry_tells_of_alerts_and_never_of_people
{
    private const string Person = "reader-of-dates@example.com";
    private const string WebhookPath = "/hooks/token-in-a-path";

    [Fact]
    public async Task Alerts_are_traced_and_measured_without_addresses_tokens_or_keys()
    {
        using var folder = new TemporaryFolder();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var endpoint = await WebhookReceiver.StartAsync();
        endpoint.Answer = WebhookReceiver.ConsumeAsync;
        await using var service = new AlertsService(
            folder.Path,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.AbsoluteUri),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
            ("Alerts__Watch__Every", "PT10M"));
        var start = Instant.FromUtc(2026, 3, 1, 8, 0);
        await service.StartAsync(start, speed: 3000, Cancel);
        var webhook = await service.SubscribeWebhookAsync(
            new Uri(endpoint.Address, WebhookPath).AbsoluteUri, ["PT1H", "PT2H"], Cancel);
        await service.ActiveAsync([webhook], Cancel);
        await service.CallAsync(HttpMethod.Post, "/api/subscriptions", Cancel, new JsonObject
        {
            ["channel"] = new JsonObject { ["type"] = "email", ["address"] = Person },
            ["leads"] = new JsonArray("PT1H"),
            ["timeZone"] = "UTC",
        });
        await service.PutDateAsync("telemetry-ends", service.Now + Duration.FromHours(4), Cancel);
        await service.GetPageAsync("/manage/" + webhook.ManageToken, Cancel);
        await service.GetPageAsync("/nowhere/" + webhook.ManageToken + "?token=" + webhook.ManageToken, Cancel);

        await Eventually.BecomesTrueAsync(
            "both reminders are measured",
            () => Task.FromResult(collector.Newest("alerts.delivered", "webhook") == 2),
            Cancel);
        // Each watch run measures the queue age. One may just have seen the second reminder waiting: a few
        // milliseconds, which are minutes at this speed.
        await Eventually.BecomesTrueAsync(
            "nothing is measured to wait any more",
            () => Task.FromResult(collector.Newest("alerts.queue.age", "webhook") == 0),
            Cancel);
        Assert.Equal(0, await service.StopAsync(Cancel)); // pending telemetry is sent on stop

        Assert.Equal(2, collector.Newest("alerts.due", "webhook"));
        Assert.Equal(2, collector.Newest("alerts.lateness", "webhook"));
        Assert.True(collector.Newest("alerts.enqueued") >= 2);
        Assert.True(collector.Newest("alerts.watch.runs") >= 1);
        Assert.Contains(collector.Spans, span => span is { Name: "watch run", Status: 1 });
        var sent = collector
            .Spans.Where(span =>
                span.Name == "send webhook" && span.Attributes["alerts.key"].StartsWith("al_", StringComparison.Ordinal)
            )
            .ToList();
        Assert.Equal(2, sent.Count);
        Assert.All(sent, span =>
            Assert.Equal(("delivered", "200"), (span.Attributes["alerts.result"], span.Attributes["alerts.status"])));
        Assert.Contains(collector.Spans, span =>
            span.Name == "GET /manage/{token}" && span.Attributes["url.path"] == "/manage/{token}");
        Assert.Contains(collector.Spans, span => span.Name == "GET" && span.Attributes["url.path"] == "(no route)");

        var all = string.Concat(collector.Bodies.Select(Encoding.Latin1.GetString));
        string[] secrets =
        [
            Person,
            "reader-of-dates",
            "token-in-a-path",
            webhook.ManageToken,
            webhook.Secret,
            AlertsService.AdminKey,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:secret", "http://127.0.0.1:4317")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=secret", "Application Insights")]
    public async Task A_collector_that_cannot_be_meant_stops_the_start(string name, string value, string says)
    {
        using var folder = new TemporaryFolder();

        var refused = await AlertsCommand.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path],
            Cancel,
            new Dictionary<string, string> { [name] = value });

        Assert.Equal(2, refused.ExitCode);
        var sentence = Assert.Single(refused.Errors);
        Assert.Contains(name, sentence, StringComparison.Ordinal);
        Assert.Contains(says, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sentence, StringComparison.Ordinal);
    }
}
