using System.Diagnostics;

namespace Alerts.Core;

/// <summary>
/// The health of one part of the service: a worker, a channel or a source. Also determines how long a failing worker
/// waits before its next run.
/// </summary>
internal sealed class PartHealth(ServiceHealth service, PartKind kind, string name)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private int failures;

    public PartKind Kind => kind;

    public string Name => name;

    /// <summary>The part's own failure; null while it works and while only the store causes it to fail.</summary>
    public Failure? Failure { get; set; }

    /// <summary>Whether the start of the failure was logged.</summary>
    public bool IsLogged { get; set; }

    /// <summary>When the part last recovered, as a real-time timestamp; null if it never has.</summary>
    public long? EndedAt { get; set; }

    /// <summary>Whether the last run failed, for any reason, including an outage of the store.</summary>
    public bool IsFailing => Volatile.Read(ref failures) > 0;

    /// <summary>
    /// How long to wait before the next run, in real time: zero while it works, then 1 s, doubled after each failure,
    /// up to 1 min.
    /// </summary>
    public TimeSpan Pause => Volatile.Read(ref failures) is > 0 and var count
        ? TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(count - 1, 6)))
        : TimeSpan.Zero;

    /// <summary>Records a failed run. An outage is attributed to the store, any other exception to this part.</summary>
    public void Failed(Exception e)
    {
        Interlocked.Increment(ref failures);
        var outage = Outage.CauseOf(e);
        service.Begin(this, outage ?? Outage.OneLine(e), outage is not null, error: outage is null ? e : null);
    }

    /// <summary>Records that the part cannot do its work, for a reason of its own.</summary>
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

    /// <summary>
    /// Runs an action and records whether it succeeded. Exceptions are rethrown; cancellation is not recorded as a
    /// failure.
    /// </summary>
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

/// <summary>A current failure of a part.</summary>
/// <param name="Part">The part's name: <c>store</c>, <c>watch run</c>, <c>email</c>.</param>
/// <param name="Since">Start of the failure, by the service's clock.</param>
/// <param name="Cause">The first cause, in one line.</param>
internal sealed record Failure(PartKind Kind, string Part, Instant Since, string Cause);

/// <summary>A failure that is over.</summary>
/// <param name="Until">When the part worked again, by the service's clock.</param>
internal sealed record EndedFailure(Failure Failure, Instant Until);

internal enum PartKind
{
    Store,
    Worker,
    Channel,
    Source,
}

internal static class PartKinds
{
    /// <summary>The verb phrase that follows the name of a failing part.</summary>
    public static string Fails(this PartKind kind) => kind switch
    {
        PartKind.Store => "cannot be used",
        PartKind.Worker => "fails",
        PartKind.Channel => "cannot send",
        PartKind.Source => "cannot be read",
        _ => throw new UnreachableException(),
    };
}
