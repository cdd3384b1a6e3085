using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// The product as a process over a data folder and an address that outlive it, mostly on a simulated clock. A test
/// starts, stops and kills it at will. Shipped dates are off, and webhooks may go to loopback.
/// </summary>
/// <param name="data">The data folder; created when absent.</param>
/// <param name="settings">Additional environment variables.</param>
internal sealed class AlertsService(string data, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    public const string AdminKey = "key of the operator";

    private readonly Dictionary<string, string> _settings =
        new(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
        {
            ["Alerts__AdminKey"] = AdminKey,
            ["Alerts__Dates__Shipped"] = "false",
            ["Alerts__Webhooks__AllowLoopback"] = "true",
        };

    private readonly List<AlertsProcess> _processes = [];

    private Instant _clock;
    private double _speed;
    private long _startedAt;

    public Uri Url { get; } = new(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}"));

    /// <summary>
    /// Upper bound of the time its clock shows. The clock was set at an unknown moment after the process was started.
    /// </summary>
    public Instant Now => _clock + Duration.FromTimeSpan(Stopwatch.GetElapsedTime(_startedAt) * _speed);

    /// <summary>All lines that its newest process has printed.</summary>
    public IReadOnlyList<string> Log => [.. Process.Output, .. Process.Errors];

    private AlertsProcess Process => _processes[^1];

    /// <summary>Starts it on a simulated clock and returns once it listens.</summary>
    /// <param name="speed">Simulated seconds per second.</param>
    public async Task StartAsync(Instant clock, double speed, CancellationToken cancel)
    {
        Begin(clock, speed);
        await ListeningAsync(cancel);
    }

    /// <summary>Starts it on the real clock and returns once it listens.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        (_clock, _speed, _startedAt) =
            (Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), 1, Stopwatch.GetTimestamp());
        Begin();
        await ListeningAsync(cancel);
    }

    /// <summary>Starts it on a simulated clock and returns at once.</summary>
    public void Begin(Instant clock, double speed)
    {
        (_clock, _speed, _startedAt) = (clock, speed, Stopwatch.GetTimestamp());
        Begin("--clock", InstantPattern.ExtendedIso.Format(clock), "--speed", FormattableString.Invariant($"{speed}"));
    }

    public Task ListeningAsync(CancellationToken cancel) => Process.WaitForListeningAsync(cancel);

    /// <summary>Sends SIGKILL and waits for the process to end.</summary>
    /// <returns>Upper bound of the time its clock showed.</returns>
    public async Task<Instant> KillAsync()
    {
        Process.Kill();
        var now = Now;
        await Process.WaitForExitAsync(CancellationToken.None);
        return now;
    }

    /// <summary>Sends SIGTERM; returns its exit code once it has ended.</summary>
    public Task<int> StopAsync(CancellationToken cancel)
    {
        Process.Terminate();
        return Process.WaitForExitAsync(cancel);
    }

    /// <summary>Calls a route. Any status but 2xx fails the test with the response's text.</summary>
    /// <param name="token">The owner's token; null for the operator's key.</param>
    /// <returns>The response's JSON; null when it is not JSON.</returns>
    public async Task<JsonNode?> CallAsync(
        HttpMethod method, string path, CancellationToken cancel, JsonNode? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path)
        { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? AdminKey);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await Process.Http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        Xunit.Assert.True(response.IsSuccessStatusCode, $"{method} {path} answered {(int)response.StatusCode}: {text}");
        return response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
    }

    /// <summary>
    /// Calls a route as the operator and accepts any status. Cancels after the 10 s that the contract allows.
    /// </summary>
    /// <returns>The status.</returns>
    public async Task<int> StatusAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(method, path)
        { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        using var response = await Process.Http.SendAsync(request, limit.Token);
        return (int)response.StatusCode;
    }

    /// <summary>Opens a page as a browser does and accepts any status.</summary>
    public async Task GetPageAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await Process.Http.SendAsync(request, cancel);
    }

    /// <summary>Adds or changes a key date with a time in UTC.</summary>
    public Task PutDateAsync(
        string id, Instant at, CancellationToken cancel, string status = "confirmed", string? title = null) =>
        CallAsync(
            HttpMethod.Put, "/api/dates/" + id, cancel,
            new JsonObject
            {
                ["title"] = title ?? id,
                ["when"] = new JsonObject
                {
                    ["date"] = LocalDatePattern.Iso.Format(at.InUtc().Date),
                    ["time"] = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at.InUtc().TimeOfDay),
                    ["timeZone"] = "UTC",
                },
                ["status"] = status,
            });

    /// <summary>Subscribes a webhook to every date, in UTC, at the default hour of 09:00.</summary>
    public async Task<WebhookSubscription> SubscribeWebhookAsync(
        string url, IEnumerable<string> leads, CancellationToken cancel)
    {
        var made = await CallAsync(HttpMethod.Post, "/api/subscriptions", cancel, new JsonObject
        {
            ["channel"] = new JsonObject { ["type"] = "webhook", ["url"] = url },
            ["leads"] = new JsonArray([.. leads.Select(lead => (JsonNode)lead)]),
            ["timeZone"] = "UTC",
        });
        return new WebhookSubscription((string)made!["id"]!, (string)made["manageToken"]!, (string)made["secret"]!);
    }

    /// <summary>Waits until the subscriptions are active.</summary>
    public Task ActiveAsync(IEnumerable<WebhookSubscription> subscriptions, CancellationToken cancel) =>
        Eventually.BecomesTrueAsync(
            "all subscriptions are active",
            async () =>
            {
                foreach (var subscription in subscriptions)
                {
                    if ((string)(await CallAsync(
                        HttpMethod.Get, "/api/subscriptions/" + subscription.Id, cancel,
                        token: subscription.ManageToken))!["status"]! != "active")
                    {
                        return false;
                    }
                }

                return true;
            },
            cancel);

    /// <summary>Returns all alerts of a subscription, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(string id, string manageToken, CancellationToken cancel)
    {
        var all = new List<JsonNode>();
        for (var cursor = ""; ;)
        {
            var page = await CallAsync(
                HttpMethod.Get, $"/api/subscriptions/{id}/deliveries?limit=200{cursor}", cancel, token: manageToken);
            all.AddRange(page!["items"]!.AsArray().Select(item => item!)
                .Where(item => (string)item["kind"]! != "service"));
            if ((string?)page["cursor"] is not { } next)
            {
                return all;
            }

            cursor = "&cursor=" + Uri.EscapeDataString(next);
        }
    }

    /// <summary>
    /// Runs <c>alerts audit --json</c> on its data, whether or not it runs. An exit code but 0 fails the test.
    /// </summary>
    public async Task<JsonNode> AuditAsync(CancellationToken cancel)
    {
        var audit = await AlertsCommand.RunAsync(["audit", "--json", "--data", data], cancel);
        Xunit.Assert.True(
            audit.ExitCode == 0,
            $"audit ended with {audit.ExitCode}: {string.Join('\n', audit.Output.Concat(audit.Errors))}");
        return JsonNode.Parse(Xunit.Assert.Single(audit.Output))!;
    }

    private void Begin(params string[] clock) => _processes.Add(AlertsProcess.Start(
        ["serve", "--urls", Url.GetLeftPart(UriPartial.Authority), "--data", data, .. clock], settings: _settings));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}

/// <summary>
/// A webhook subscription as the response to its creation shows it; the token and secret are shown only there.
/// </summary>
internal sealed record WebhookSubscription(string Id, string ManageToken, string Secret);
