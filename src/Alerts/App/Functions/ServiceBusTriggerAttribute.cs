using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Alerts.App.Functions;

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
