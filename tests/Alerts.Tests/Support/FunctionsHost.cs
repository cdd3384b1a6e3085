using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.Tests.App.Functions;
using Alerts.Tests.Support.ServiceBus;
using Azure.Messaging.ServiceBus;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// Plays the Azure Functions host for the published executable, as captured: starts it as a custom handler, polls it until it answers,
/// posts chunked ticks each minute and binary messages as they come, takes 200 with JSON for done and gives a message back for anything
/// else, kills without warning. Its minutes are those of the handler's simulated clock.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    /// <summary>After so many crashes in half an hour the host gives up.</summary>
    private const int Crashes = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly string _folder;
    private readonly string _data;
    private readonly FakeServiceBus _bus;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly JsonNode _host;
    private readonly int _port = FreePort.Kept();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceBusClient _client;
    private readonly SemaphoreSlim _isUp = new(0);
    private readonly List<Task> _loops = [];
    private readonly List<string> _said = [];
    private ChildProcess? _handler;
    private ShownClock? _clock;
    private long _ticked;

    /// <param name="folder">The published one.</param>
    /// <param name="data">The handler's <c>--data</c>, where it leaves word of its clock.</param>
    public FunctionsHost(string folder, string data, FakeServiceBus bus, IReadOnlyDictionary<string, string> settings)
    {
        (_folder, _data, _bus, _settings) = (folder, data, bus, settings);
        _host = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "host.json")))!;
        Http = new HttpClient { BaseAddress = new Uri(FormattableString.Invariant($"http://127.0.0.1:{_port}")) };
        _client = new ServiceBusClient(bus.ConnectionString);
        foreach (var function in Directory.GetDirectories(folder).Where(one => File.Exists(Path.Combine(one, "function.json"))))
        {
            var binding = JsonNode.Parse(File.ReadAllText(Path.Combine(function, "function.json")))!["bindings"]![0]!;
            switch ((string)binding["type"]!)
            {
                case "serviceBusTrigger":
                    _loops.Add(PumpAsync(Path.GetFileName(function), (string)binding["queueName"]!, (string)binding["name"]!));
                    break;
                case "timerTrigger":
                    _loops.Add(TickAsync(Path.GetFileName(function)));
                    break;
            }
        }
    }

    /// <summary>What its port answers to people, when no handler is being started.</summary>
    public HttpClient Http { get; }

    /// <summary>By the handler's clock; while no handler runs it goes on from the last one's.</summary>
    public Instant Now => _clock?.Now ?? throw new InvalidOperationException("Start it first.");

    /// <summary>By the handler's clock, when the newest tick began that was answered with success.</summary>
    public Instant Ticked => Instant.FromUnixTimeMilliseconds(Volatile.Read(ref _ticked));

    /// <summary>What all handlers wrote.</summary>
    public IEnumerable<string> HandlerOutput => _said.Concat(_handler is null ? [] : Said(_handler));

    /// <summary>Starts the handler and returns when it answers. One that ends instead is started again, as often as the host does.</summary>
    /// <param name="at">What its clock shows then.</param>
    public async Task StartAsync(Instant at, double speed, CancellationToken cancel)
    {
        var description = _host["customHandler"]!["description"]!;
        var environment = _settings.ToDictionary(one => one.Key, one => (string?)one.Value);
        environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{_port}";
        environment["ASPNETCORE_URLS"] = "http://0.0.0.0:1"; // the host's own, which its handler inherits
        string[] arguments =
        [
            .. description["arguments"]!.AsArray().Select(one => (string)one!),
            "--data", _data, "--clock", InstantPattern.ExtendedIso.Format(at), "--speed", speed.ToString(CultureInfo.InvariantCulture),
        ];
        for (var crash = 1; ; crash++)
        {
            _handler = ChildProcess.Start(Path.Combine(_folder, (string)description["defaultExecutablePath"]!), arguments, _folder, environment);
            try
            {
                await _handler.WaitForPortAsync(_port, cancel);
                break;
            }
            catch (InvalidOperationException) when (crash < Crashes)
            {
                await BuryAsync();
            }
        }

        using var answer = await Http.GetAsync("/", cancel);
        var (before, now) = (_clock, ShownClock.Read(_data));
        _clock = now;
        if (before is not null)
        {
            // The broker's clock is real: what waits there for an instant of the handler's comes when that clock shows it.
            _bus.Reschedule(real => now.RealWhen(before.At(Instant.FromDateTimeOffset(real))).ToDateTimeOffset());
        }

        _isUp.Release();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await _isUp.WaitAsync();
        _handler!.Kill(); // it is up
        await BuryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops);
        await _client.DisposeAsync();
        await BuryAsync();
        Http.Dispose();
        _isUp.Dispose();
        _stopping.Dispose();
    }

    private async Task BuryAsync()
    {
        if (_handler is not null)
        {
            await _handler.DisposeAsync();
            _said.AddRange(Said(_handler));
            _handler = null;
        }
    }

    private static IEnumerable<string> Said(ChildProcess handler) => handler.Output.All.Concat(handler.Errors.All);

    /// <summary>Each whole minute; those that were missed come as one.</summary>
    private async Task TickAsync(string function)
    {
        var body = Captured.Body("timer-past-due");
        var next = Instant.MinValue;
        while (!_stopping.IsCancellationRequested)
        {
            if (_clock?.Now is { } now && now >= next)
            {
                next = Instant.FromUnixTimeSeconds((now.ToUnixTimeSeconds() / 60 + 1) * 60);
                if (await CallAsync(function, body))
                {
                    Volatile.Write(ref _ticked, now.ToUnixTimeMilliseconds());
                }
            }

            await Task.Delay(BetweenLooks, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(string function, string queue, string binding)
    {
        await using var processor = _client.CreateProcessor(queue, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = false,
            MaxConcurrentCalls = (int)_host["extensions"]!["serviceBus"]!["maxConcurrentCalls"]!,
        });
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        processor.ProcessMessageAsync += async received => await (await CallAsync(function, Envelope(binding, received.Message))
            ? received.CompleteMessageAsync(received.Message)
            : received.AbandonMessageAsync(received.Message));
        await processor.StartProcessingAsync();
        await Task.Delay(Timeout.Infinite, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await processor.StopProcessingAsync();
    }

    private static byte[] Envelope(string binding, ServiceBusReceivedMessage message)
    {
        var envelope = JsonNode.Parse(Captured.Body("servicebus-one-binary-1"))!;
        envelope["Data"] = new JsonObject { [binding] = Convert.ToBase64String(message.Body) };
        envelope["Metadata"]!["MessageId"] = JsonSerializer.Serialize(message.MessageId);
        envelope["Metadata"]!["DeliveryCount"] = $"{message.DeliveryCount}";
        return JsonSerializer.SerializeToUtf8Bytes(envelope);
    }

    private async Task<bool> CallAsync(string function, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        try
        {
            // While the handler is being started the host dispatches nothing.
            await _isUp.WaitAsync(_stopping.Token);
            _isUp.Release();
            using var answer = await Http.SendAsync(request, _stopping.Token);
            return answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "application/json";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false; // killed, or the host is stopping
        }
    }
}
