using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Alerts.App.Functions;

/// <summary>Calls a function with each message of a Service Bus queue.</summary>
/// <remarks>The package with Microsoft's own attribute is not needed for more than this.</remarks>
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
