using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Alerts.App;
using Alerts.App.Functions;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Tests.Support;
using Alerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using Xunit;

namespace Alerts.Tests.App.Functions;

/// <summary>The door of the Functions host, knocked at with the host's own captured headers, and by others.</summary>
public sealed class FunctionsDoorTests : IAsyncLifetime
{
    private static readonly Instant Now = Instant.FromUtc(2025, 10, 24, 0, 0);

    private readonly TemporaryFolder _folder = new();
    private readonly NothingIsOwed _ledger = new();
    private WebApplication _app = null!; // made before each test
    private HttpClient _http = null!;

    public static TheoryData<string> Timers => [.. Captured.Names.Where(name => name.StartsWith("timer-", StringComparison.Ordinal))];

    /// <summary>What an outsider's request carries when the host has brought it in, and what it may leave out or forge.</summary>
    public static TheoryData<string, string[], string[]> Outsiders => new()
    {
        { "POST", ["X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: alerts.example.com", "X-Forwarded-Proto: https", "x-ms-invocation-id: 1"], [] },
        { "POST", ["x-forwarded-for: 203.0.113.7"], [] },
        { "POST", ["X-Forwarded-Proto: https"], [] },
        { "POST", ["X-MS-Invocation-Id: 1"], [] },
        { "POST", [], ["X-Azure-Functions-InvocationId"] },
        { "GET", [], [] },
        { "PUT", [], [] },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Settings(new ConfigurationBuilder().Build());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAlerts(
            settings, Commands.FolderOf(_folder.Path, settings), new ServiceClock(TimeProvider.System, Now, speed: 0), ServeCommand.DefaultUrl, withCatalogue: false);
        builder.Services.AddSingleton(new AdminAccess(null));
        builder.Services.AddAlertsWeb();
        builder.Services.AddFunctions();
        builder.Services.AddLoops();
        builder.Services.AddSingleton<IClaimStore>(_ledger);
        builder.Services.AddSingleton<QueueMessageHandler>();
        builder.Services.AddSingleton<IAlertQueueSender>(new NoQueue());
        _app = builder.Build();
        FunctionsDoor.AnswerPolls(_app);
        _app.UseAlerts();
        _app.MapAlerts();
        FunctionsDoor.Map(_app);
        await _app.StartAsync(Cancel);
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_host_that_asks_whether_anybody_is_there_is_answered_without_a_page()
    {
        using var answer = await _http.GetAsync("/", Cancel);

        Assert.Equal((200, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("x-ms-invocation-id", "1")]
    public async Task People_whom_the_host_brings_in_get_the_page(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add(header, value);
        using var answer = await _http.SendAsync(request, Cancel);

        Assert.Contains("<!doctype html>", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_channel_has_its_function_and_its_door()
    {
        var routes = ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText).ToList();
        foreach (var channel in _app.Services.GetServices<IChannel>())
        {
            var folder = Directory.GetDirectories(RepositoryRoot.At("src/Alerts/Senders")).Single(one => string.Equals(Path.GetFileName(one), channel.Name, StringComparison.OrdinalIgnoreCase));
            var binding = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "function.json")))!["bindings"]![0]!;
            Assert.Equal(channel.Name, (string?)binding["queueName"]);
            Assert.Contains("/" + channel.Name, routes);
        }
    }

    [Theory]
    [MemberData(nameof(Timers))]
    public async Task A_tick_is_a_watch_run_whatever_it_says(string captured)
    {
        using var answer = await CallAsync("/Due", captured);

        await IsDoneAsync(answer);
        Assert.Equal(Now, (await _app.Services.GetRequiredService<IWatch>().LastRunAsync(Cancel))?.StartedAt);
    }

    [Theory]
    [InlineData("/Email", "email", 1)]
    [InlineData("/Webhook", "webhook", 1)]
    [InlineData("/Email", "email", AlertMessage.Most)]
    public async Task A_message_is_done_when_all_its_alerts_have_been_taken(string path, string channel, int size)
    {
        var message = new AlertMessage(
            channel, 1, [.. Enumerable.Range(0, size).Select(i => new LedgerName($"sub_{i}", "date", 1, AlertKind.Reminder, "P1D"))], 7, Now);

        using var answer = await CallAsync(path, "servicebus-one-binary-1", body: EnvelopeOf(message));

        await IsDoneAsync(answer);
        Assert.Equal(message.Alerts.Select(one => one.Key).Order(), _ledger.Asked.Select(one => one.Alert.Key).Order());
        Assert.All(_ledger.Asked, one => Assert.Equal(7, one.Message.Number));
    }

    [Fact]
    public async Task A_message_of_another_channel_is_not_taken()
    {
        var message = new AlertMessage("webhook", 1, [new LedgerName("sub_1", "date", 1, AlertKind.Reminder, "P1D")], 1, Now);

        using var answer = await CallAsync("/Email", "servicebus-one-binary-1", body: EnvelopeOf(message));

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Empty(_ledger.Asked);
    }

    [Theory]
    [InlineData("servicebus-many-binary-1")]
    [InlineData("servicebus-one-binary-1")] // none of ours
    [InlineData("servicebus-one-string-2")]
    [InlineData("timer-past-due")]
    public async Task What_cannot_be_read_fails_and_reaches_nobody(string captured)
    {
        using var answer = await CallAsync("/Webhook", captured);

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Empty(_ledger.Asked);
    }

    [Theory]
    [MemberData(nameof(Outsiders))]
    public async Task For_everybody_else_the_door_does_not_exist(string method, string[] more, string[] without)
    {
        foreach (var path in new[] { "/Due", "/due", "/Email", "/Webhook" })
        {
            using var refused = await CallAsync(path, "servicebus-one-binary-1", method, more, without);
            using var unknown = await CallAsync("/NoSuchPath", "servicebus-one-binary-1", method, more, without);

            Assert.Equal(404, (int)refused.StatusCode);
            Assert.Equal(await unknown.Content.ReadAsStringAsync(Cancel), await refused.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Empty(_ledger.Asked);
        Assert.Null(await _app.Services.GetRequiredService<IWatch>().LastRunAsync(Cancel));
    }

    private static byte[] EnvelopeOf(AlertMessage message)
    {
        var envelope = JsonNode.Parse(Captured.Body("servicebus-one-binary-1"))!;
        envelope["Data"]!["msg"] = Convert.ToBase64String(message.ToBody());
        return Encoding.UTF8.GetBytes(envelope.ToJsonString());
    }

    /// <summary>The host hangs on an empty answer and fails on a text: 200 and JSON, however little.</summary>
    private static async Task IsDoneAsync(HttpResponseMessage answer)
    {
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Calls as the host did when the call was captured: its headers, its body, chunked.</summary>
    private async Task<HttpResponseMessage> CallAsync(
        string path, string captured, string method = "POST", IEnumerable<string>? more = null, IReadOnlyCollection<string>? without = null, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body ?? Captured.Body(captured)) };
        request.Headers.TransferEncodingChunked = true;
        foreach (var (name, value) in Captured.Headers(captured).Where(header => without?.Contains(header.Name) != true)
            .Concat((more ?? []).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1]))))
        {
            HttpHeaders headers = name == "Content-Type" ? request.Content.Headers : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request, Cancel);
    }

    /// <summary>Nothing is posted.</summary>
    private sealed class NoQueue : IAlertQueueSender
    {
        public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel) => Task.CompletedTask;
    }

    /// <summary>A ledger that knows the rows and finds none of them owed.</summary>
    private sealed class NothingIsOwed : IClaimStore
    {
        public ConcurrentQueue<ClaimRequest> Asked { get; } = new();

        public Task<IReadOnlyList<ClaimResult>> ClaimAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel)
        {
            foreach (var request in requests)
            {
                Asked.Enqueue(request);
            }

            return Task.FromResult<IReadOnlyList<ClaimResult>>([.. requests.Select(_ => ClaimResult.Nothing)]);
        }

        public Task PostponeAsync(ClaimRequest request, Duration wait, CancellationToken cancel) => Task.CompletedTask;

        public Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel) => Task.CompletedTask;
    }
}
