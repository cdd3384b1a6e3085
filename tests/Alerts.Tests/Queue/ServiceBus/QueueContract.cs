using System.Security.Cryptography;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>What a queue promises on every AMQP 1.0 broker.</summary>
public abstract class QueueContract : IAsyncLifetime
{
    private readonly List<QueueEnds> _ends = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sent_arrives_with_its_id_and_every_byte_of_its_body()
    {
        var ends = Ends();
        // Below, at and above the size of a frame.
        int[] sizes = [0, 1, 255, 256, 65_535, 131_072, 200_000, 255_000];
        var bodies = sizes.ToDictionary(size => $"m.{size}", RandomNumberGenerator.GetBytes);
        foreach (var (id, body) in bodies)
        {
            await ends.SendAsync(new QueueMessage(id, body));
        }

        ends.Receive(workers: 3);

        await Eventually.BecomesTrueAsync("all have arrived", () => Task.FromResult(ends.Arrived.Count >= sizes.Length), Cancel);
        Assert.Equal(bodies.Keys.Order(), ends.ArrivedIds.Order());
        Assert.All(ends.Arrived, message => Assert.Equal(bodies[message.Id], message.Body.ToArray()));
    }

    [Fact]
    public async Task No_more_is_handed_out_than_there_are_free_workers()
    {
        var (slow, quick) = (Ends(), Ends());
        var door = new Door();
        slow.Receive(workers: 3, door.WaitAsync);
        await slow.SendAsync(QueueEnds.Message("first.1"));
        await slow.SendAsync(QueueEnds.Message("first.2"));
        await slow.SendAsync(QueueEnds.Message("first.3"));
        await Eventually.BecomesTrueAsync("every slow worker is busy", () => Task.FromResult(slow.Arrived.Count == 3), Cancel);

        for (var i = 0; i < 20; i++)
        {
            await slow.SendAsync(QueueEnds.Message($"more.{i}"));
        }

        // What the busy ones held back could never get here.
        quick.Receive(workers: 5);
        await Eventually.BecomesTrueAsync("the others have taken all the rest", () => Task.FromResult(quick.Arrived.Count == 20), Cancel);
        Assert.Equal(3, slow.Arrived.Count);
        door.Open(3);
    }

    [Fact]
    public async Task A_worker_that_is_free_again_gets_the_next_one()
    {
        var ends = Ends();
        ends.Receive(workers: 2);
        for (var i = 0; i < 50; i++)
        {
            await ends.SendAsync(QueueEnds.Message($"m.{i}"));
        }

        await Eventually.BecomesTrueAsync("all have arrived", () => Task.FromResult(ends.Arrived.Count >= 50), Cancel);
        Assert.Equal(50, ends.ArrivedIds.Distinct().Count());
    }

    [Fact]
    public async Task Nothing_accepted_is_lost_when_the_broker_is_killed_and_comes_back()
    {
        var ends = Ends();
        var door = new Door();
        ends.Receive(workers: 4, door.WaitAsync);
        var accepted = new List<string>();
        var outage = Task.Run(async () =>
        {
            // Four are in work then, and the others wait on the broker's disk.
            await Eventually.BecomesTrueAsync("some are accepted", () => Task.FromResult(ends.Arrived.Count == 4 && accepted.Count > 60), Cancel);
            await KillBrokerAsync();
            await RestartBrokerAsync();
        });

        // Sending goes on all the while; what fails in the outage is sent again by the sender itself, or by its caller here.
        for (var i = 0; !outage.IsCompleted || i < 200; i++)
        {
            try
            {
                await ends.SendAsync(QueueEnds.Message($"m.{i}"));
                accepted.Add($"m.{i}");
            }
            catch (QueueUnreachableException)
            {
                i--;
            }
        }

        await outage;
        door.Open(accepted.Count * 100);
        await Eventually.BecomesTrueAsync("all that was accepted has arrived", () => Task.FromResult(!accepted.Except(ends.ArrivedIds).Any()), Cancel);
    }

    public abstract ValueTask InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var ends in _ends)
        {
            await ends.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract QueueEnds Open();

    protected abstract Task KillBrokerAsync();

    protected abstract Task RestartBrokerAsync();

    private QueueEnds Ends()
    {
        var ends = Open();
        _ends.Add(ends);
        return ends;
    }
}
