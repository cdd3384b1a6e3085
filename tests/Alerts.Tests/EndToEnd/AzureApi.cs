using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>The API of the service on the fake Azure, as its operator calls it.</summary>
internal sealed class AzureApi(FakeAzure azure)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Lists the alerts as the operator sees them.</summary>
    /// <param name="state">State to filter by; null for all.</param>
    public async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(string? state)
    {
        var all = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await CallAsync(
                HttpMethod.Get,
                $"/api/deliveries?limit=200{(state is null ? "" : "&state=" + state)}"
                + $"{(cursor == "" ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            all.AddRange(page["items"]!.AsArray().OfType<JsonNode>().Where(item => (string)item["kind"]! != "service"));
            cursor = (string?)page["cursor"];
        }

        return all;
    }

    /// <summary>Adds a date that all subscribers follow.</summary>
    public Task PutDateAsync(string id, Instant at)
    {
        var (date, time) = (at.InUtc().Date, at.InUtc().TimeOfDay);
        return CallAsync(HttpMethod.Put, "/api/dates/" + id, JsonNode.Parse(
            $$$"""
            {"title":"The {{{id}}}","topics":["tariffs","us-china"],
             "when":{"date":"{{{LocalDatePattern.Iso.Format(date)}}}","time":"{{{time:HH:mm}}}","timeZone":"UTC"}}
            """));
    }

    /// <summary>Lists when the versions of a date were recorded, oldest first.</summary>
    public async Task<IReadOnlyList<string>> RecordedAtAsync(string date) =>
        [
            .. (await CallAsync(HttpMethod.Get, $"/api/dates/{date}/history"))["items"]!
                .AsArray()
                .Select(version => (string)version!["recordedAt"]!),
        ];

    /// <summary>Calls as the operator, unless another token is given; calls again when it is asked to.</summary>
    public async Task<JsonNode> CallAsync(
        HttpMethod method, string path, JsonNode? body = null, string token = FakeAzure.AdminKey, int tries = 20)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body);
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await azure.Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        if (tries > 1 && answer is
            {
                StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable,
                Headers.RetryAfter.Delta: { } wait,
            })
        {
            await Task.Delay(wait, Cancel); // obeys the rate limit, and waits for a store that was just unavailable
            return await CallAsync(method, path, body, token, tries - 1);
        }

        Assert.True(
            answer.IsSuccessStatusCode,
            $"{method} {path} answered {(int)answer.StatusCode}: {text}\n{string.Join('\n', azure.Output)}");
        return answer.Content.Headers.ContentType?.MediaType == "application/json"
            ? JsonNode.Parse(text)!
            : new JsonObject();
    }
}
