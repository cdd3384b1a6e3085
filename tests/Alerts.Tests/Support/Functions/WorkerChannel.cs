using System.Collections.Concurrent;
using System.Threading.Channels;
using Alerts.Tests.Support.Functions.Rpc;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace Alerts.Tests.Support.Functions;

/// <summary>The fake host's gRPC conversation with one worker process, in the order that the real host keeps.</summary>
internal sealed class WorkerChannel
{
    private const int Success = 1;

    private readonly Channel<StreamingMessage> _toWorker = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> _running = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _logs = new();
    private int _unloaded;

    /// <summary>
    /// Completes when the worker has loaded every function; fails when the worker cannot load one or ends first.
    /// </summary>
    public Task Ready => _ready.Task;

    /// <summary>The worker's functions by name. The metadata holds the id that the host calls a function by.</summary>
    public ConcurrentDictionary<string, RpcFunctionMetadata> Functions { get; } = new();

    /// <summary>The worker's address for HTTP requests; null when it has announced none.</summary>
    public Uri? HttpUri { get; private set; }

    /// <summary>What the worker logged through the host.</summary>
    public IEnumerable<string> Logs => _logs;

    /// <summary>Number of functions that are running.</summary>
    public int Running => _running.Count;

    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> fromWorker, IServerStreamWriter<StreamingMessage> toWorker,
        CancellationToken cancel)
    {
        var writing = WriteAsync(toWorker, cancel);
        try
        {
            await foreach (var message in fromWorker.ReadAllAsync(cancel))
            {
                Answer(message);
            }
        }
        catch (Exception e) when (
            e is IOException or Grpc.Core.RpcException or OperationCanceledException or InvalidOperationException)
        {
            // The worker was killed.
        }

        _toWorker.Writer.TryComplete();
        _ready.TrySetException(new InvalidOperationException("The worker ended before it was ready."));
        foreach (var (_, running) in _running)
        {
            running.TrySetResult(false);
        }

        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Runs a function and returns whether it succeeded. A worker that ends during the call fails it.
    /// </summary>
    public async Task<bool> InvokeAsync(string function, InvocationRequest request)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        request.InvocationId = request.InvocationId is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        request.TraceContext ??= new RpcTraceContext { TraceParent = TraceParent() };
        request.FunctionId = Functions[function].FunctionId;
        _running[request.InvocationId] = done;
        try
        {
            return Send(new StreamingMessage { InvocationRequest = request }) && await done.Task;
        }
        finally
        {
            _running.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Cancels the tokens of all running functions, as when the host's functionTimeout has passed.</summary>
    public void CancelAll()
    {
        foreach (var id in _running.Keys)
        {
            Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = id } });
        }
    }

    public void Terminate() => Send(new StreamingMessage
    {
        WorkerTerminate = new WorkerTerminate
        {
            GracePeriod = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(5))
        },
    });

    private static string TraceParent() => $"00-{Guid.NewGuid():N}-{Guid.NewGuid().ToString("N")[..16]}-01";

    private bool Send(StreamingMessage message) => _toWorker.Writer.TryWrite(message);

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> toWorker, CancellationToken cancel)
    {
        await foreach (var message in _toWorker.Reader.ReadAllAsync(cancel))
        {
            await toWorker.WriteAsync(message, cancel);
        }
    }

    private void Answer(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.StartStream:
                Send(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1037.0.0" } });
                break;
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                HttpUri = message.WorkerInitResponse.Capabilities.TryGetValue("HttpUri", out var uri)
                    ? new Uri(uri) : null;
                Send(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest() });
                break;
            case StreamingMessage.ContentOneofCase.FunctionMetadataResponse:
                Load(message.FunctionMetadataResponse.FunctionMetadataResults);
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse
                when message.FunctionLoadResponse.Result.Status != Success:
                _ready.TrySetException(new InvalidOperationException(
                    $"A function was not loaded: {message.FunctionLoadResponse.Result}"));
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                if (Interlocked.Decrement(ref _unloaded) == 0)
                {
                    _ready.TrySetResult();
                }

                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (message.InvocationResponse.Result is { Status: not Success } failed)
                {
                    _logs.Enqueue($"A function failed: {failed.Exception?.Message}");
                }

                if (_running.TryGetValue(message.InvocationResponse.InvocationId, out var running))
                {
                    running.TrySetResult(message.InvocationResponse.Result.Status == Success);
                }

                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                _logs.Enqueue(
                    $"{message.RpcLog.Category}: {message.RpcLog.Message} {message.RpcLog.Exception?.Message}");
                break;
        }
    }

    private void Load(RepeatedField<RpcFunctionMetadata> functions)
    {
        _unloaded = functions.Count;
        foreach (var function in functions)
        {
            foreach (var binding in function.RawBindings.Select(raw => System.Text.Json.Nodes.JsonNode.Parse(raw)!))
            {
                var direction = string.Equals(
                    (string?)binding["direction"], "in", StringComparison.OrdinalIgnoreCase) ? 0 : 1;
                function.Bindings[(string)binding["name"]!] =
                    new BindingInfo { Type = (string)binding["type"]!, Direction = direction };
            }

            Functions[function.Name] = function;
            Send(new StreamingMessage
            {
                FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function },
            });
        }
    }
}
