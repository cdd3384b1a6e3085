using System.Text.Json;
using Alerts.Queue;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Sources;
using Alerts.Watch;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Alerts.App.Functions;

/// <summary>
/// The Azure functions. A function that returns has made its work durable. One that throws has failed: its message is
/// delivered again, and its timer tick is covered by the next one. The class is public because the worker's generated
/// code calls it; services come from the context because their types are internal.
/// </summary>
public static class Triggers
{
    private const string Bus = "ServiceBus";
    private const string SlowWebhooks = WebhookKind.ChannelName + QueueNames.Slow;

    /// <summary>Makes one watch run, on time or late: it covers everything since the last finished run.</summary>
    [Function("Due")]
    public static Task DueAsync(
        [TimerTrigger("%Alerts:Watch:Schedule%")] TimerInfo tick, FunctionContext context, CancellationToken cancel) =>
        context.Get<RunningTriggers>().RunAsync(context.Get<Watcher>().RunAsync, cancel);

    /// <summary>Reads all sources that are due.</summary>
    [Function("Sources")]
    public static Task SourcesAsync(
        [TimerTrigger("%Alerts:Sources:Schedule%")] TimerInfo tick, FunctionContext context, CancellationToken end) =>
        context.Get<RunningTriggers>().RunAsync(context.Get<DueReads>().ReadAllAsync, end);

    /// <summary>Handles one message of the queue <c>email</c>.</summary>
    [Function("Email")]
    public static Task EmailAsync(
        [ServiceBusTrigger(EmailKind.ChannelName, Connection = Bus)] byte[] body,
        FunctionContext context, CancellationToken cancel) =>
        context.HandleAsync(EmailKind.ChannelName, body, cancel);

    /// <summary>Handles one message of the queue <c>webhook</c>: first attempts.</summary>
    [Function("Webhook")]
    public static Task WebhookAsync(
        [ServiceBusTrigger(WebhookKind.ChannelName, Connection = Bus)] byte[] body,
        FunctionContext context, CancellationToken cancel) =>
        context.HandleAsync(WebhookKind.ChannelName, body, cancel);

    /// <summary>
    /// Handles one message of the queue <c>webhook-slow</c>: retries, and endpoints known to be slow.
    /// </summary>
    [Function("WebhookSlow")]
    public static Task WebhookSlowAsync(
        [ServiceBusTrigger(SlowWebhooks, Connection = Bus)] byte[] body,
        FunctionContext context, CancellationToken cancel) =>
        context.HandleAsync(SlowWebhooks, body, cancel);

    /// <summary>Handles every HTTP request: the pages and the API.</summary>
    [Function("Web")]
    public static Task WebAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options",
            Route = "{*path}")]
        HttpRequest request, FunctionContext context) => context.Get<WebPipeline>().RunAsync(request.HttpContext);

    private static Task HandleAsync(
        this FunctionContext context, string queue, byte[] body, CancellationToken cancel) =>
        context.Get<RunningTriggers>().RunAsync(
            token => context.Get<QueueMessageHandler>().HandleAsync(queue, body, context.SenderTrace(), token), cancel);

    private static T Get<T>(this FunctionContext context)
        where T : notnull => context.InstanceServices.GetRequiredService<T>();

    /// <summary>The W3C trace context that the sender put into the message; null for none.</summary>
    private static string? SenderTrace(this FunctionContext context)
    {
        if (context.BindingContext.BindingData.GetValueOrDefault("ApplicationProperties") is not string properties)
        {
            return null;
        }

        using var json = JsonDocument.Parse(properties);
        return json.RootElement.Text(QueueMessageHandler.TraceParent);
    }
}

/// <summary>Calls a function with each message of a Service Bus queue.</summary>
/// <remarks>Replaces the attribute of Microsoft's package, which is not needed for anything else.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>Name of the queue.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>
    /// Prefix of the app settings that describe the connection, such as <c>ServiceBus__fullyQualifiedNamespace</c>.
    /// </summary>
    public string? Connection { get; set; }
}
