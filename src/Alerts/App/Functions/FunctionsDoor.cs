using System.Net;
using Alerts.Due;
using Alerts.Queue;
using Alerts.Web;

namespace Alerts.App.Functions;

/// <summary>
/// Where the Functions host calls: <c>POST /Due</c> is one watch run, <c>POST /Email</c> and <c>/Webhook</c> one queue message each. They exist
/// only under the host, and answer nobody else: requests from outside come in by the same port. An answer of 200 is final, all else is a
/// failure that the host repeats (queues) or leaves to the next tick (timer); so what is done is durable before it.
/// </summary>
internal sealed partial class FunctionsDoor(Watcher watcher, QueueMessageHandler handler, IHostApplicationLifetime lifetime, ILogger<FunctionsDoor> log)
{
    /// <summary>Those with a <c>function.json</c>. Written here and not asked of the channels: to make those takes the store, and the host waits meanwhile.</summary>
    private static readonly string[] Channels = ["email", "webhook"];

    /// <summary>The host's answer-reader wants JSON, however little: without it a call hangs until its time-out.</summary>
    private static readonly IResult Done = Results.Text("{}", "application/json");

    private static readonly IResult NotDone = Results.Text("not done; the log tells more", "text/plain", statusCode: StatusCodes.Status500InternalServerError);

    public static void Map(WebApplication app)
    {
        app.MapAny<FunctionsDoor>("/Due", (door, context) => OnlyForTheHostAsync(context, door.DueAsync));
        foreach (var channel in Channels)
        {
            // Patterns match in any case.
            app.MapAny<FunctionsDoor>("/" + channel, (door, context) => OnlyForTheHostAsync(context, () => door.MessageAsync(channel, context.Request)));
        }
    }

    /// <summary>
    /// The host asks <c>GET /</c> until anything answers, and only then hands over the request that woke it. Nobody reads that answer: no
    /// page is made for it and no route looked up, nor does it wait for the store.
    /// </summary>
    public static void AnswerPolls(WebApplication app) => app.Use((context, next) => IsPoll(context) ? Task.CompletedTask : next(context));

    private static bool IsPoll(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Path == "/" && !IsFromOutside(context);

    private static Task<IResult> OnlyForTheHostAsync(HttpContext context, Func<Task<IResult>> call) =>
        IsFromTheHost(context) ? call() : Task.FromResult(Results.StatusCode(StatusCodes.Status404NotFound));

    /// <summary>
    /// The host marks what it brings in from outside, and an outsider cannot take these marks away; what it calls itself has its own mark
    /// and none of those. The connection is the host's, on this machine, in any case.
    /// </summary>
    private static bool IsFromTheHost(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.ContainsKey("X-Azure-Functions-InvocationId") && !IsFromOutside(context);

    private static bool IsFromOutside(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from)
        || context.Request.Headers.ContainsKey("x-ms-invocation-id")
        || context.Request.Headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whatever tick it is, on time or late: a run covers all since the last finished one.</summary>
    private async Task<IResult> DueAsync()
    {
        await watcher.RunAsync(lifetime.ApplicationStopping);
        return Done;
    }

    private async Task<IResult> MessageAsync(string channel, HttpRequest request)
    {
        using var envelope = new MemoryStream();
        await request.Body.CopyToAsync(envelope);
        if (QueueCall.Read(envelope.GetBuffer().AsMemory(0, checked((int)envelope.Length))) is not { } call || AlertMessage.Read(call.Body) is not { } message || message.Channel != channel)
        {
            LogUnreadable(channel);
            return NotDone;
        }

        await handler.HandleAsync(channel, call.Body, call.TraceParent, lifetime.ApplicationStopping);
        return Done;
    }

    [LoggerMessage(LogLevel.Error, "A message of the queue {Queue} could not be read; after its deliveries are used up the broker puts it aside.")]
    private partial void LogUnreadable(string queue);
}
