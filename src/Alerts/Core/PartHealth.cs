using System.Diagnostics;
using NodaTime;

namespace Alerts.Core;

/// <summary>
/// Whether one part of the service works: a worker, a channel, a source. It decides how long a failing worker waits.
/// </summary>
internal sealed class PartHealth(ServiceHealth service, PartKind kind, string name)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private int failures;

    public PartKind Kind => kind;

    public string Name => name;

    /// <summary>
    /// Since when and why it fails by itself; null while it works, and while only the store fails it.
    /// </summary>
    public Failure? Failure { get; set; }

    /// <summary>Whether the begin of the failure was logged.</summary>
    public bool IsLogged { get; set; }

    /// <summary>When it last worked again, as a timestamp of real time; null before.</summary>
    public long? EndedAt { get; set; }

    /// <summary>Whether its last turn failed, by itself or by the store.</summary>
    public bool IsFailing => Volatile.Read(ref failures) > 0;

    /// <summary>
    /// How long to wait before the next turn, in real time: zero while it works, then 1 s, doubled by each failure, up
    /// to 1 min.
    /// </summary>
    public TimeSpan Pause => Volatile.Read(ref failures) is > 0 and var count
        ? TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(count - 1, 6)))
        : TimeSpan.Zero;

    /// <summary>A turn failed. An outage of the store is the store's failure; everything else is this part's.</summary>
    public void Failed(Exception e)
    {
        Interlocked.Increment(ref failures);
        var outage = Outage.CauseOf(e);
        service.Begin(this, outage ?? Outage.OneLine(e), outage is not null, error: outage is null ? e : null);
    }

    /// <summary>It cannot do its work at all, for a reason of its own.</summary>
    /// <param name="cause">One line without addresses and secrets.</param>
    public void Failed(string cause)
    {
        Interlocked.Increment(ref failures);
        service.Begin(this, cause, isOutage: false, error: null);
    }

    public void Succeeded()
    {
        if (Interlocked.Exchange(ref failures, 0) > 0)
        {
            service.End(this);
        }
    }

    /// <summary>Does a turn and notes what came of it; its exception goes on.</summary>
    public async Task ObserveAsync(Func<Task> turn, CancellationToken cancel)
    {
        try
        {
            await turn();
            Succeeded();
        }
        catch (Exception e) when (
            e is not OutOfMemoryException && !(e is OperationCanceledException && cancel.IsCancellationRequested))
        {
            Failed(e);
            throw;
        }
    }
}

/// <summary>A part that fails.</summary>
/// <param name="Part">Its name: <c>store</c>, <c>watch run</c>, <c>email</c>.</param>
/// <param name="Since">By the service's clock.</param>
/// <param name="Cause">The first one, in one line.</param>
internal sealed record Failure(PartKind Kind, string Part, Instant Since, string Cause);

/// <summary>The kinds of parts.</summary>
internal enum PartKind
{
    Store,
    Worker,
    Channel,
    Source,
}

/// <summary>The words of the kinds.</summary>
internal static class PartKinds
{
    public static string Word(this PartKind kind) => kind switch
    {
        PartKind.Store => "store",
        PartKind.Worker => "worker",
        PartKind.Channel => "channel",
        PartKind.Source => "source",
        _ => throw new UnreachableException(),
    };

    /// <summary>What follows the name of one that fails.</summary>
    public static string Fails(this PartKind kind) => kind switch
    {
        PartKind.Store => "cannot be used",
        PartKind.Worker => "fails",
        PartKind.Channel => "cannot send",
        PartKind.Source => "cannot be read",
        _ => throw new UnreachableException(),
    };
}
