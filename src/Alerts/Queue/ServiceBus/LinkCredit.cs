using Amqp;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Lets the broker hand out as many messages as there are free workers. New credit is given only once the old is used up:
/// then none is on the way, which a broker might not have counted (RabbitMQ 3 hands out one too many otherwise). A handler
/// whose link was lost still takes a worker.
/// </summary>
internal sealed class LinkCredit(int workers)
{
    private readonly Lock gate = new();
    private ReceiverLink? current;
    private int given;
    private int busy;

    /// <param name="link">The one to receive from now on; null for none.</param>
    public void Use(ReceiverLink? link)
    {
        lock (gate)
        {
            (current, given) = (link, 0);
            Give();
        }
    }

    public void Received(IReceiverLink link)
    {
        lock (gate)
        {
            busy++;
            given -= link == current ? 1 : 0;
            Give();
        }
    }

    public void Settled()
    {
        lock (gate)
        {
            busy--;
            Give();
        }
    }

    private void Give()
    {
        if (current is not null && given == 0 && busy < workers)
        {
            given = workers - busy;
            current.SetCredit(given, CreditMode.Manual);
        }
    }
}
