using System.Net;
using Alerts.Tests.Support.Functions.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support.Functions;

/// <summary>
/// The two endpoints of the fake host: gRPC for its worker, HTTP for everyone else. An HTTP request becomes an
/// invocation of the function <c>Web</c> and is forwarded to the worker with the same id. X-Forwarded-* headers carry
/// the original request.
/// </summary>
internal sealed class FrontEnd : IAsyncDisposable
{
    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication _app;
    private readonly Func<WorkerChannel?> _worker;
    private readonly HttpMessageInvoker _toWorker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseProxy = false,
    });

    private FrontEnd(WebApplication app, int rpcPort, int webPort, Func<WorkerChannel?> worker)
    {
        (_app, _worker, RpcAddress) =
            (app, worker, new Uri(FormattableString.Invariant($"http://127.0.0.1:{rpcPort}/")));
        Address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{webPort}"));
        app.MapGrpcService<Rpc>();
        app.MapWhen(context => context.Connection.LocalPort == webPort, outside => outside.Run(ForwardAsync));
    }

    public Uri RpcAddress { get; }

    public Uri Address { get; }

    /// <param name="connect">Returns the channel for a worker that connects.</param>
    /// <param name="worker">Returns the worker that requests go to; null for none.</param>
    public static async Task<FrontEnd> StartAsync(Func<WorkerChannel> connect, Func<WorkerChannel?> worker)
    {
        var (rpcPort, webPort) = (FreePort.Next(), FreePort.Next());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(connect);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, rpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, webPort);
        });
        var front = new FrontEnd(builder.Build(), rpcPort, webPort, worker);
        await front._app.StartAsync();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _toWorker.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        if (_worker() is not { HttpUri: { } uri } worker)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var id = Guid.NewGuid().ToString();
        var invocation = new InvocationRequest { InvocationId = id };
        invocation.InputData.Add(new ParameterBinding
        {
            Name = "request",
            Data = new TypedData
            {
                Http = new RpcHttp { Method = context.Request.Method, Url = context.Request.GetEncodedUrl() }
            },
        });
        var running = worker.InvokeAsync("Web", invocation);
        try
        {
            using var answer = await SendAsync(context, uri, id);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)
                .Where(header => header.Key != "Transfer-Encoding"))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            await running;
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway; // the worker was killed
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <summary>
    /// Forwards a request; retries while the port refuses connections, because a worker's functions are loaded before
    /// its web server has started.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(HttpContext context, Uri uri, string id)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = Copy(context, uri, id);
            try
            {
                return await _toWorker.SendAsync(request, context.RequestAborted);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError
                && attempt < Attempts && _worker() is not null)
            {
                await Task.Delay(Pause, context.RequestAborted);
            }
        }
    }

    private static HttpRequestMessage Copy(HttpContext context, Uri uri, string id)
    {
        // The real host encodes the decoded path again, so that %2F arrives as %252F.
        var path = string.Join('/', (context.Request.Path.Value ?? "").Split('/').Select(Uri.EscapeDataString));
        var target = new Uri(uri.GetLeftPart(UriPartial.Authority) + path + context.Request.QueryString.Value);
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Host")
                && !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        request.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        return request;
    }

    private sealed class Rpc(Func<WorkerChannel> connect) : FunctionRpc.FunctionRpcBase
    {
        public override Task EventStream(
            Grpc.Core.IAsyncStreamReader<StreamingMessage> requestStream,
            Grpc.Core.IServerStreamWriter<StreamingMessage> responseStream,
            Grpc.Core.ServerCallContext context) =>
            connect().RunAsync(requestStream, responseStream, context.CancellationToken);
    }
}
