using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Section 20 of the contract: nobody can flood a third party through this service, and endpoints that consent do not
/// have to wait.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_host_that_never_consents_is_left_in_peace
{
    [Fact(Timeout = 240_000)]
    public async Task However_many_clients_subscribe_and_test_and_others_are_verified_meanwhile()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        var arrivals = new ConcurrentQueue<long>();
        receiver.Answer = (context, received) =>
        {
            if (!received.Path.StartsWith("/no", StringComparison.Ordinal))
            {
                return WebhookReceiver.ConsumeAsync(context, received);
            }

            arrivals.Enqueue(Stopwatch.GetTimestamp());
            return context.Response.WriteAsync("no");
        };
        await using var service = new AlertsService(folder.At("data"));
        await service.StartAsync(stop);
        using var http = new HttpClient { BaseAddress = service.Url };

        // 1,000 clients name an endpoint on 127.0.0.1 that never consents; 500 endpoints on localhost consent.
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stop }, async (client, cancel) =>
        {
            var from = FormattableString.Invariant($"10.0.{client / 250}.{client % 250}");
            var made = await CallAsync(http, "/api/subscriptions", from,
                Body($"http://127.0.0.1:{receiver.Address.Port}/no/{client}"), null, cancel);
            await CallAsync(http, $"/api/subscriptions/{made["id"]}/test", from, null, (string)made["manageToken"]!,
                cancel);
            if (client % 2 == 0)
            {
                await CallAsync(http, "/api/subscriptions", null,
                    Body($"http://localhost:{receiver.Address.Port}/yes/{client}"), null, cancel);
            }
        });
        await Eventually.BecomesTrueAsync(
            "500 endpoints are active",
            async () => (int)(await service.CallAsync(HttpMethod.Get, "/api/stats",
                stop))!["subscriptions"]!["webhook"]!["active"]! == 500,
            stop);

        var minute = Stopwatch.Frequency * 60;
        Assert.NotEmpty(arrivals);
        Assert.InRange(arrivals.Max(first => arrivals.Count(arrival => arrival >= first && arrival < first + minute)),
            1, 6);
    }

    private static JsonObject Body(string url) => new()
    {
        ["channel"] = new JsonObject { ["type"] = "webhook", ["url"] = url },
        ["leads"] = new JsonArray("P1D"),
        ["timeZone"] = "UTC",
    };

    private static async Task<JsonNode> CallAsync(HttpClient http, string path, string? from, JsonNode? body,
        string? token, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = body is null ? null : JsonContent.Create(body)
        };
        if (from is not null)
        {
            request.Headers.Add("X-Forwarded-For", from);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var answer = await http.SendAsync(request, cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {(int)answer.StatusCode}");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
    }
}
