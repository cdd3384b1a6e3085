using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.Support.Functions;

/// <summary>The fake Azure that a measured service runs on: the broker as deployed, and the settings.</summary>
internal static class AzureParts
{
    /// <summary>Starts a broker with the queues and rules of <c>infra/servicebus.bicep</c>.</summary>
    public static FakeServiceBus StartBus() => FakeServiceBus.Start(
        ["email", "webhook", "webhook-slow"],
        new FakeQueueRules { LockFor = TimeSpan.FromMinutes(5), MaxDeliveries = 1000 });

    /// <param name="storage">The connection string of Table Storage.</param>
    public static Dictionary<string, string> Settings(string storage, FakeServiceBus bus, string operatorKey) => new()
    {
        ["Alerts__AdminKey"] = operatorKey,
        ["Alerts__Dates__Shipped"] = "false",
        ["Alerts__PublicUrl"] = "https://alerts.example.com",
        ["Alerts__Store"] = "TableStorage",
        ["Alerts__TableStorage__ConnectionString"] = storage,
        ["Alerts__Queue"] = "ServiceBus",
        ["Alerts__ServiceBus__ConnectionString"] = bus.ConnectionString,
        ["Alerts__Webhooks__AllowLoopback"] = "true",
    };
}
