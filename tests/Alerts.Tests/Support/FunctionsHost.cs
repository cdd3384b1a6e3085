using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.App.Functions;
using Alerts.Tests.Support.ServiceBus;
using Azure.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alerts.Tests.Support;

/// <summary>
/// Plays the Azure Functions host for the published executable, as captured: starts it as a custom handler, polls it until it answers,
/// posts chunked ticks and binary messages, takes 200 with JSON for done and gives a message back for anything else, kills without warning.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceBusConnection _connection;
    private readonly SemaphoreSlim _isUp = new(0);
    private readonly List<Task> _pumps = [];
    private ChildProcess? _handler;
    private HttpClient? _http;

    /// <param name="folder">The published one.</param>
    public FunctionsHost(string folder, StandInServiceBus bus, IReadOnlyDictionary<string, string> settings)
    {
        (_folder, _settings) = (folder, settings);
        _connection = new ServiceBusConnection(
            new ServiceBusOptions("127.0.0.1", bus.Port, IsEmulator: true, new SharedAccessKey(StandInServiceBus.Policy, StandInServiceBus.Key)),
            new DefaultAzureCredential(), TimeProvider.System, NullLogger<ServiceBusConnection>.Instance);
        foreach (var function in Directory.GetDirectories(folder).Where(one => File.Exists(Path.Combine(one, "function.json"))))
        {
            var binding = JsonNode.Parse(File.ReadAllText(Path.Combine(function, "function.json")))!["bindings"]![0]!;
            if ((string)binding["type"]! == "serviceBusTrigger")
            {
                _pumps.Add(PumpAsync(Path.GetFileName(function), (string)binding["queueName"]!, (string)binding["name"]!));
            }
        }
    }

    /// <summary>What its port answers to people, when no handler is being started.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("Start it first.");

    public IEnumerable<string> HandlerOutput => _handler is null ? [] : _handler.Output.All.Concat(_handler.Errors.All);

    /// <summary>Starts the handler and returns when it answers.</summary>
    /// <param name="arguments">More than those of <c>host.json</c>.</param>
    public async Task StartAsync(IEnumerable<string> arguments, CancellationToken cancel)
    {
        var description = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "host.json"), cancel))!["customHandler"]!["description"]!;
        var port = FreePort.Next();
        var environment = _settings.ToDictionary(one => one.Key, one => (string?)one.Value);
        environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}";
        environment["ASPNETCORE_URLS"] = "http://0.0.0.0:1"; // the host's own, which its handler inherits
        _handler = ChildProcess.Start(
            Path.Combine(_folder, (string)description["defaultExecutablePath"]!),
            [.. description["arguments"]!.AsArray().Select(one => (string)one!), .. arguments], _folder, environment);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await _handler.WaitForPortAsync(port, cancel);
        using var answer = await _http.GetAsync("/", cancel);
        _isUp.Release(_isUp.CurrentCount == 0 ? 1 : 0);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await _isUp.WaitAsync();
        _handler!.Kill();
        await _handler.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>One tick of the timer; false when it failed.</summary>
    public Task<bool> TickAsync() => CallAsync("Due", Captured.Body("timer-past-due"));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_pumps);
        await _connection.DisposeAsync();
        if (_handler is not null)
        {
            await _handler.DisposeAsync();
        }

        _http?.Dispose();
    }

    private async Task PumpAsync(string function, string queue, string binding)
    {
        using var receiver = new ServiceBusReceiver(
            _connection, queue, 16,
            async message => await CallAsync(function, Envelope(binding, message)) ? new MessageOutcome.Completed() : new MessageOutcome.Abandoned(),
            TimeProvider.System, NullLogger<ServiceBusReceiver>.Instance);
        await receiver.RunAsync(_stopping.Token);
    }

    private static byte[] Envelope(string binding, ReceivedMessage message)
    {
        var envelope = JsonNode.Parse(Captured.Body("servicebus-one-binary-1"))!;
        envelope["Data"] = new JsonObject { [binding] = Convert.ToBase64String(message.Body.Span) };
        envelope["Metadata"]!["MessageId"] = JsonSerializer.Serialize(message.Id);
        envelope["Metadata"]!["DeliveryCount"] = $"{message.FailedDeliveries + 1}";
        return JsonSerializer.SerializeToUtf8Bytes(envelope);
    }

    private async Task<bool> CallAsync(string function, byte[] body)
    {
        // While the handler is being started the host dispatches nothing.
        await _isUp.WaitAsync(_stopping.Token);
        var http = Http;
        _isUp.Release();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        try
        {
            using var answer = await http.SendAsync(request, _stopping.Token);
            return answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "application/json";
        }
        catch (HttpRequestException)
        {
            return false; // killed
        }
    }
}
