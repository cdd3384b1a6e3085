using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Alerts.Tests.Support;
using Alerts.Tests.Support.ServiceBus;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>The published folder under a host that behaves as Azure's does, with Table Storage and a Service Bus, killed at random.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Under_the_Functions_host_nothing_is_lost(ITestOutputHelper output)
{
    private const string AdminKey = "key of the operator";
    private const int Kills = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_reminder_arrives_though_the_handler_is_killed_again_and_again()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var azurite = (await TestContext.Current.GetFixture<Azurite>())!;
        var published = Path.GetDirectoryName(RealPart.Require("publish/alerts", "dotnet publish src/Alerts -o publish"))!;
        using var folder = new TemporaryFolder();
        using var bus = StandInServiceBus.Start(["email", "webhook"]);
        await using var endpoint = await WebhookReceiver.StartAsync();
        endpoint.Answer = WebhookReceiver.ConsumeAsync;
        var settings = new Dictionary<string, string>
        {
            ["Alerts__PublicUrl"] = "https://alerts.example.com",
            ["Alerts__AdminKey"] = AdminKey,
            ["Alerts__Store"] = "TableStorage",
            ["Alerts__TableStorage__ConnectionString"] = await azurite.NewAccountAsync(Cancel),
            ["Alerts__Queue"] = "ServiceBus",
            ["Alerts__ServiceBus__ConnectionString"] = bus.ConnectionString,
            ["Alerts__Dates__Shipped"] = "false",
            ["Alerts__Webhooks__AllowLoopback"] = "true",
        };
        await using var host = new FunctionsHost(published, bus, settings);
        await host.StartAsync(["--data", folder.Path], Cancel);
        Assert.True(await host.TickAsync());
        var made = await CallAsync(host, HttpMethod.Post, "/api/subscriptions", new JsonObject
        {
            ["channel"] = new JsonObject { ["type"] = "webhook", ["url"] = new Uri(endpoint.Address, "/hook").AbsoluteUri },
            ["leads"] = new JsonArray("PT0S", "PT1M"),
            ["timeZone"] = "UTC",
        });
        await Eventually.BecomesTrueAsync("the endpoint is verified", async () => (string)(await CallAsync(
            host, HttpMethod.Get, "/api/subscriptions/" + (string)made["id"]!, null, (string)made["manageToken"]!))["status"]! == "active", Cancel);

        var start = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var at = start + Duration.FromSeconds(120 - (start.ToUnixTimeSeconds() % 60)); // the minute after next
        for (var i = 0; i < 5; i++)
        {
            await CallAsync(host, HttpMethod.Put, $"/api/dates/date-{i}", new JsonObject
            {
                ["title"] = $"Date {i}",
                ["when"] = new JsonObject
                {
                    ["date"] = LocalDatePattern.Iso.Format(at.InUtc().Date),
                    ["time"] = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at.InUtc().TimeOfDay),
                    ["timeZone"] = "UTC",
                },
            });
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            await host.TickAsync();
            await Task.Delay(random.Next(100, 3000), Cancel);
            await host.KillAsync();
            await host.StartAsync(["--data", folder.Path], Cancel);
        }

        using var ticking = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Eventually.BecomesTrueAsync(
            "all reminders have arrived",
            async () =>
            {
                await host.TickAsync();
                await Task.Delay(1000, Cancel);
                return Keys(endpoint).Distinct().Count() == 10;
            },
            Cancel);
        output.WriteLine($"{Keys(endpoint).Count()} arrivals");
    }

    private static IEnumerable<string> Keys(WebhookReceiver endpoint) =>
        endpoint.Received.Select(one => one.Headers["webhook-id"]).Where(id => id.StartsWith("al_", StringComparison.Ordinal));

    private static async Task<JsonNode> CallAsync(FunctionsHost host, HttpMethod method, string path, JsonNode? body, string token = AdminKey)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await host.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
