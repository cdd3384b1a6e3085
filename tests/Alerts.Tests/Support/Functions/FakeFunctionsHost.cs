using System.Globalization;
using System.Text.Json.Nodes;
using Alerts.Tests.Support.Functions.Rpc;
using Alerts.Tests.Support.ServiceBus;
using NodaTime.Text;

namespace Alerts.Tests.Support.Functions;

/// <summary>
/// A fake of the Azure Functions host for the published folder. It starts the executable as its isolated worker, calls
/// its functions over gRPC (a timer each minute of the worker's clock, queue functions as messages arrive), forwards
/// HTTP, and ends the worker in every way a host does.
/// </summary>
internal sealed class FakeFunctionsHost : IAsyncDisposable
{
    /// <summary>
    /// Number of crashes after which the host gives up. The real host counts those within half an hour.
    /// </summary>
    private const int Crashes = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly string _folder;
    private readonly string _data;
    private readonly FakeServiceBus _bus;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly JsonNode _host;
    private readonly JsonNode _description;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _isUp = new(0);
    private readonly List<QueueTrigger> _triggers = [];
    private readonly List<string> _output = [];
    private readonly Task _ticking;
    private FrontEnd _front = null!; // set by CreateAsync
    private WorkerChannel? _worker;
    private TaskCompletionSource<WorkerChannel> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _process;
    private ShownClock? _clock;
    private long _ticked;
    private bool _isUsed;

    private FakeFunctionsHost(
        string folder, string data, FakeServiceBus bus, IReadOnlyDictionary<string, string> settings)
    {
        (_folder, _data, _bus, _settings) = (folder, data, bus, settings);
        _host = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "host.json")))!;
        _description = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "worker.config.json")))!["description"]!;
        _ticking = TickAsync();
    }

    /// <summary>A client for the app's public address.</summary>
    public HttpClient Http { get; private set; } = null!; // set by CreateAsync

    public WorkerChannel Worker => _worker ?? throw new InvalidOperationException("Start it first.");

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("Start it first.");

    /// <summary>The time of the worker's clock. While no worker runs, the last worker's clock continues.</summary>
    public Instant Now => _clock?.Now ?? throw new InvalidOperationException("Start it first.");

    /// <summary>The time of the worker's clock at the start of the newest tick that succeeded.</summary>
    public Instant Ticked => Instant.FromUnixTimeMilliseconds(Volatile.Read(ref _ticked));

    /// <summary>Whether the timer fires automatically; default true.</summary>
    public bool Ticks { get; set; } = true;

    /// <summary>The output and the logs of all workers so far.</summary>
    public IEnumerable<string> Output => _output.Concat(_process is null ? [] : Written());

    /// <param name="folder">The published folder.</param>
    /// <param name="data">The folder in which a worker announces its simulated clock.</param>
    public static async Task<FakeFunctionsHost> CreateAsync(
        string folder, string data, FakeServiceBus bus, IReadOnlyDictionary<string, string> settings)
    {
        var host = new FakeFunctionsHost(folder, data, bus, settings);
        host._front = await FrontEnd.StartAsync(host.Connect, () => host._worker);
        host.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = host._front.Address
        };
        return host;
    }

    /// <summary>
    /// Starts the worker; returns when its functions are loaded. Restarts a worker that crashes, as often as
    /// the real host does.
    /// </summary>
    /// <param name="at">The initial time of its clock; null for the real clock.</param>
    /// <param name="speed">Simulated seconds per second.</param>
    public async Task StartAsync(Instant? at, double speed, CancellationToken cancel)
    {
        for (var crash = 1; ; crash++)
        {
            _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _process = Launch(at, speed);
            var ended = _process.WaitForExitAsync(cancel);
            if (await Task.WhenAny(ReadyAsync(), ended) != ended)
            {
                break;
            }

            var written = Written().ToList();
            await EndAsync();
            if (crash == Crashes)
            {
                throw new InvalidOperationException($"The worker ended {crash} times: {string.Join('\n', written)}");
            }
        }

        await ReadyAsync();
        _worker = await _connected.Task;
        if (at is not null)
        {
            var (before, now) = (_clock, ShownClock.Read(_data));
            _clock = now;
            if (before is not null)
            {
                // The broker's clock is real. A message scheduled for an instant of the worker's clock must arrive when
                // that clock shows it.
                _bus.Reschedule(real => now.RealWhen(before.At(Instant.FromDateTimeOffset(real))).ToDateTimeOffset());
            }
        }

        Listen();
        _isUp.Release();
    }

    /// <summary>Sends SIGKILL to the worker.</summary>
    public async Task KillAsync()
    {
        await _isUp.WaitAsync();
        await EndAsync();
    }

    /// <summary>
    /// Asks the worker to stop, as a host that shuts down does, and gives it no new work. Returns its exit code.
    /// </summary>
    public Task<int> TerminateAsync(CancellationToken cancel) => StopAsync(() => Worker.Terminate(), cancel);

    /// <summary>Sends SIGTERM to the worker itself. Returns its exit code.</summary>
    public Task<int> SignalAsync(CancellationToken cancel) =>
        StopAsync(() => _process!.Terminate(), cancel); // it is running

    /// <summary>Waits for the worker to end without being asked. Returns its exit code.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancel) => _process!.WaitForExitAsync(cancel); // it was started

    /// <summary>Calls a function once, as the host does. Returns whether it succeeded.</summary>
    public Task<bool> CallAsync(string function, InvocationRequest request) => Worker.InvokeAsync(function, request);

    /// <summary>Fires the timer once. Returns whether its function succeeded.</summary>
    public Task<bool> TickOnceAsync() => CallAsync("Due", Tick());

    /// <summary>Makes the broker unreachable for the host, or reachable again.</summary>
    public void Pause(bool isPaused) => _triggers.ForEach(trigger => trigger.Pause(isPaused));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _ticking;
        await EndAsync();
        await _front.DisposeAsync();
        Http.Dispose();
        _isUp.Dispose();
        _stopping.Dispose();
    }

    private async Task<int> StopAsync(Action stop, CancellationToken cancel)
    {
        await _isUp.WaitAsync(cancel);
        stop();
        var exitCode = await _process!.WaitForExitAsync(cancel); // it is running
        await EndAsync();
        return exitCode;
    }

    private WorkerChannel Connect()
    {
        var worker = new WorkerChannel();
        _connected.TrySetResult(worker);
        return worker;
    }

    private async Task ReadyAsync() => await (await _connected.Task).Ready;

    private ChildProcess Launch(Instant? at, double speed)
    {
        var (id, port) = (Guid.NewGuid().ToString(), FormattableString.Invariant($"{_front.RpcAddress.Port}"));
        // The real host passes these arguments in this order, duplicates included.
        string[] arguments =
        [
            Path.Combine(_folder, (string)_description["defaultWorkerPath"]!),
            "--host", "127.0.0.1", "--port", port, "--workerId", id, "--requestId", id,
            "--grpcMaxMessageLength", "2147483647",
            "--functions-uri", _front.RpcAddress.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", id,
            "--functions-grpc-max-message-length", "2147483647", "--data", _data,
            .. at is { } instant
                ? (string[])[
                    "--clock", InstantPattern.ExtendedIso.Format(instant),
                    "--speed", speed.ToString(CultureInfo.InvariantCulture)]
                : [],
        ];
        var environment = _settings.ToDictionary(one => one.Key, string? (one) => one.Value);
        environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = _folder;
        environment["ASPNETCORE_URLS"] = "http://0.0.0.0:1"; // the host's own value, which its worker inherits
        var program = ((string)_description["defaultExecutablePath"]!)
            .Replace("{WorkerRoot}", _folder + "/", StringComparison.Ordinal);
        return ChildProcess.Start(program, arguments, _folder, environment);
    }

    /// <summary>Attaches to the queues that the worker's functions name, on the first start only.</summary>
    private void Listen()
    {
        if (_isUsed)
        {
            return;
        }

        _isUsed = true;
        var atOnce = (int)_host["extensions"]!["serviceBus"]!["maxConcurrentCalls"]!;
        foreach (var (name, function) in Worker.Functions)
        {
            if (JsonNode.Parse(function.RawBindings[0])! is var binding
                && (string)binding["type"]! == "serviceBusTrigger")
            {
                var queue = _bus[(string)binding["queueName"]!];
                _triggers.Add(new QueueTrigger(queue, atOnce, request => CallWhenUpAsync(name, request)));
                queue.Add(_triggers[^1]);
            }
        }
    }

    private IEnumerable<string> Written() =>
        _process is null ? [] : [.. _process.Output.All, .. _process.Errors.All, .. _worker?.Logs ?? []];

    private async Task EndAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.DisposeAsync();
            _output.AddRange(Written());
            (_process, _worker) = (null, null);
        }
    }

    /// <summary>Fires the timer at each whole minute. Missed minutes are merged into one tick.</summary>
    private async Task TickAsync()
    {
        var next = Instant.MinValue;
        while (!_stopping.IsCancellationRequested)
        {
            if (Ticks && _clock?.Now is { } now && now >= next)
            {
                next = Instant.FromUnixTimeSeconds((now.ToUnixTimeSeconds() / 60 + 1) * 60);
                if (await CallWhenUpAsync("Due", Tick()))
                {
                    Volatile.Write(ref _ticked, now.ToUnixTimeMilliseconds());
                }
            }

            await Task.Delay(BetweenLooks, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static InvocationRequest Tick()
    {
        var request = new InvocationRequest();
        request.InputData.Add(new ParameterBinding
        {
            Name = "tick",
            Data = new TypedData
            {
                Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}"""
            },
        });
        return request;
    }

    /// <summary>Calls a function once the worker is up: the host calls nothing while the worker starts.</summary>
    private async Task<bool> CallWhenUpAsync(string function, InvocationRequest request)
    {
        try
        {
            await _isUp.WaitAsync(_stopping.Token);
            _isUp.Release();
            return _worker is { } worker && await worker.InvokeAsync(function, request);
        }
        catch (OperationCanceledException)
        {
            return false; // the host is stopping
        }
    }
}
