using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>The contract on a broker that is really another program, killed with SIGKILL. Batches are Service Bus's own: one message at a time here.</summary>
public sealed class RabbitMqQueueTests(RabbitMqQueueTests.SharedBroker shared) : QueueContract, IClassFixture<RabbitMqQueueTests.SharedBroker>
{
    private readonly string _queue = shared.NextQueue();
    private RabbitMq? _rabbit;

    private RabbitMq Rabbit => _rabbit ?? throw new InvalidOperationException("not started");

    public override async ValueTask InitializeAsync() => _rabbit = await shared.GetAsync();

    private protected override QueueEnds Open() => new(Rabbit.ConnectionString, $"/amq/queue/{_queue}");

    protected override Task KillBrokerAsync() => Rabbit.KillAsync();

    protected override Task RestartBrokerAsync() => Rabbit.StartAsync(Cancel);

    /// <summary>One broker for the class, one queue for each of its facts; it starts with the first fact, which may skip instead.</summary>
    public sealed class SharedBroker : IAsyncDisposable
    {
        private readonly Queue<string> _queues = new(Enumerable.Range(0, 9).Select(number => $"queue{number}"));
        private RabbitMq? _rabbit;

        public string NextQueue() => _queues.Dequeue();

        public async ValueTask DisposeAsync()
        {
            if (_rabbit is not null)
            {
                await _rabbit.DisposeAsync();
            }
        }

        internal async Task<RabbitMq> GetAsync() => _rabbit ??= await RabbitMq.StartAsync(Enumerable.Range(0, 9).Select(number => $"queue{number}"), Cancel);
    }
}
