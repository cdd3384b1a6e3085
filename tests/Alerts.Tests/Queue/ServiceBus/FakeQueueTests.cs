using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>The contract on the stand-in. Its locks are short, since what a lost connection leaves behind stays locked.</summary>
public sealed class FakeQueueTests : QueueContract
{
    private readonly FakeServiceBus _bus = FakeServiceBus.Start(["email"], new StandInRules { LockFor = TimeSpan.FromSeconds(3), MaxDeliveries = 100 });

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _bus.Dispose();
    }

    private protected override QueueEnds Open() => new(_bus.ConnectionString, "email");

    protected override Task KillBrokerAsync()
    {
        _bus.Stop();
        return Task.CompletedTask;
    }

    protected override Task RestartBrokerAsync()
    {
        _bus.Resume();
        return Task.CompletedTask;
    }
}
