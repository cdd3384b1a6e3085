using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Tests.Support;

/// <summary>The way an attempt fails.</summary>
public enum Loss
{
    /// <summary>The endpoint answers 500.</summary>
    Refused,

    /// <summary>No response arrives in time.</summary>
    TimedOut,

    /// <summary>The process is killed while it sends.</summary>
    Killed,

    /// <summary>The mail provider times out: the mail may have been sent.</summary>
    InDoubt,

    /// <summary>The SMTP server answers 451.</summary>
    Deferred,
}

/// <summary>
/// The channels of a world. While a test says so they lose what is sent through them; the rest
/// is recorded as delivered.
/// </summary>
internal sealed class LossyChannel
{
    private static readonly SendResult Success = new Delivered(200, "ok");

    private readonly World world;
    private readonly Lock gate = new();
    private readonly List<OutboundAlert> delivered = [];
    private TaskCompletionSource<SendResult> end = new();
    private int hanging;

    public LossyChannel(World world)
    {
        this.world = world;
        Recover();
    }

    /// <summary>Lets every attempt succeed again.</summary>
    public void Recover() => world.Answer = message =>
    {
        lock (gate)
        {
            delivered.Add((OutboundAlert)message); // a test answers only alerts
        }

        return Task.FromResult(Success);
    };

    /// <summary>Returns the alerts delivered to a subscriber, in order.</summary>
    public IReadOnlyList<OutboundAlert> Heard(Subscription subscription)
    {
        lock (gate)
        {
            return [.. delivered.Where(alert => alert.Subscription.Id == subscription.Id)];
        }
    }

    /// <summary>
    /// Runs one step and loses everything sent because of it and, unless the process is killed, in the minute after it.
    /// </summary>
    /// <param name="step">Changes something, or lets time pass.</param>
    public async Task LoseAsync(Loss loss, Func<Task> step)
    {
        if (loss != Loss.Killed)
        {
            world.Answer = _ => Task.FromResult(ResultOf(loss));
            await step();
            await world.RunUntil(world.Now + Duration.FromMinutes(1));
            return;
        }

        Hang();
        await step();
        await world.Watcher.FollowChangesAsync(CancellationToken.None);
        await KillWhatHangsAsync();
        await world.RunUntil(world.Now + Duration.FromMinutes(1));
    }

    private static SendResult ResultOf(Loss loss) => loss switch
    {
        Loss.Refused => new TryAgain(500, "no"),
        Loss.TimedOut => new TryAgain(null, "no answer within 15 s"),
        Loss.InDoubt => new InDoubt("no answer", Duration.FromSeconds(20)),
        Loss.Deferred => new TryAgain(451, "4.3.0 try again later"),
        Loss.Killed => throw new ArgumentException("A killed process answers nothing.", nameof(loss)),
        _ => throw new ArgumentOutOfRangeException(nameof(loss)),
    };

    private void Hang()
    {
        (end, hanging) = (new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        world.Answer = _ =>
        {
            Interlocked.Increment(ref hanging);
            return end.Task;
        };
    }

    /// <summary>
    /// Kills the process once an attempt is in progress. The next process sends it again and is refused.
    /// </summary>
    private async Task KillWhatHangsAsync()
    {
        while (Volatile.Read(ref hanging) == 0)
        {
            if (await world.Get<IQueue>().IsQuietAsync(world.Now, CancellationToken.None)
                && !await world.Get<IWatch>().HasChangesAsync(CancellationToken.None)
                    && Volatile.Read(ref hanging) == 0)
            {
                // Nothing was due yet. Later attempts are refused.
                world.Answer = _ => Task.FromResult(ResultOf(Loss.Refused));
                end.SetResult(ResultOf(Loss.Refused));
                return;
            }

            world.Get<ChangeSignal>().Raise();
            await Task.Delay(1);
        }

        world.Answer = _ => Task.FromResult(ResultOf(Loss.Refused));
        await world.KillAndStartAgain(() => end.SetResult(Success));
    }
}
