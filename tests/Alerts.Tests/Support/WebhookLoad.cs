using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Alerts.Tests.Support;

/// <summary>
/// A load of many webhook subscriptions and dates, all due at the same instant. Some subscriptions are due twice: at
/// <see cref="First"/>, and at <see cref="Second"/> together with the others.
/// </summary>
internal sealed class WebhookLoad : IDisposable
{
    private readonly HttpClient api;
    private readonly DateTimeOffset at;
    private int subscribed;

    /// <param name="service">The service's address.</param>
    /// <param name="operatorKey">The service's operator key.</param>
    /// <param name="setUp">Time from now to the first instant.</param>
    /// <param name="between">Time from the first to the second instant.</param>
    public WebhookLoad(Uri service, string operatorKey, TimeSpan setUp, TimeSpan between)
    {
        api = new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromMinutes(2) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        First = Truncated(TimeProvider.System.GetUtcNow() + setUp, TimeSpan.TicksPerSecond);
        Second = First + Truncated(between, TimeSpan.TicksPerSecond);
        // Dates are written with a precision of one minute.
        at = Truncated(Second + TimeSpan.FromMinutes(2), TimeSpan.TicksPerMinute);
    }

    public DateTimeOffset First { get; }

    public DateTimeOffset Second { get; }

    /// <summary>Subscribes endpoints to all dates.</summary>
    /// <param name="twice">True: due at both instants; false: due at the second only.</param>
    public async Task SubscribeAsync(IEnumerable<string> urls, bool twice, CancellationToken cancel)
    {
        var leads = twice ? new[] { LeadTo(First), LeadTo(Second) } : [LeadTo(Second)];
        await Parallel.ForEachAsync(urls, new ParallelOptions
        {
            MaxDegreeOfParallelism = 8,
            CancellationToken = cancel
        }, async (url, token) =>
        {
            var body = new JsonObject
            {
                ["channel"] = new JsonObject { ["type"] = "webhook", ["url"] = url },
                ["leads"] = new JsonArray([.. leads.Select(lead => (JsonNode)lead)]),
                ["timeZone"] = "UTC",
            };
            HttpResponseMessage answer;
            while ((answer = await api.PostAsJsonAsync("/api/subscriptions", body, token)).StatusCode
                is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            {
                // On a busy machine Azurite is slower than the service waits for, and a limit is reached.
                answer.Dispose();
                await Task.Delay(TimeSpan.FromSeconds(1), token);
            }

            answer.EnsureSuccessStatusCode().Dispose();
            Interlocked.Increment(ref subscribed);
        });
    }

    /// <summary>Waits until all subscriptions are verified, then adds the dates.</summary>
    /// <returns>False when the set-up took longer than planned: the measurement is then void.</returns>
    public async Task<bool> AddDatesAsync(RawEndpoints endpoints, int count, CancellationToken cancel)
    {
        while (endpoints.Verified < subscribed)
        {
            await Task.Delay(50, cancel);
        }

        for (var i = 0; i < count; i++)
        {
            using var answer = await api.PutAsJsonAsync(
                FormattableString.Invariant($"/api/dates/date-{i}"),
                new JsonObject
                {
                    ["title"] = FormattableString.Invariant($"Date {i}"),
                    ["when"] = new JsonObject
                    {
                        ["date"] = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        ["time"] = at.ToString("HH:mm", CultureInfo.InvariantCulture),
                        ["timeZone"] = "UTC",
                    },
                },
                cancel);
            answer.EnsureSuccessStatusCode();
        }

        return TimeProvider.System.GetUtcNow() < First;
    }

    /// <summary>
    /// Waits for all alerts of the quick endpoints that are due at an instant, and returns the 99th
    /// percentile of their lateness.
    /// </summary>
    /// <returns>
    /// The lateness; null when some alerts had not arrived <paramref name="patience"/> after the instant.
    /// </returns>
    public static async Task<TimeSpan?> LatenessAsync(
        RawEndpoints endpoints, DateTimeOffset due, int expected, TimeSpan patience, CancellationToken cancel)
    {
        while (true)
        {
            var late = endpoints.Arrivals.Where(arrival => arrival.DueAt == due && arrival.Behaviour is "ok" or "close")
                .Where(arrival => arrival.DueAt == due).DistinctBy(arrival => arrival.Key)
                .Select(arrival => arrival.Late).Order().ToList();
            if (late.Count >= expected)
            {
                return late[(int)((late.Count - 1) * 0.99)];
            }

            if (TimeProvider.System.GetUtcNow() > due + patience)
            {
                return null;
            }

            await Task.Delay(100, cancel);
        }
    }

    public void Dispose() => api.Dispose();

    private static DateTimeOffset Truncated(DateTimeOffset value, long to) => value.AddTicks(-(value.Ticks % to));

    private static TimeSpan Truncated(TimeSpan value, long to) => TimeSpan.FromTicks(value.Ticks - value.Ticks % to);

    private string LeadTo(DateTimeOffset due) => FormattableString.Invariant($"PT{(at - due).TotalSeconds:0}S");
}
