namespace Alerts.Core;

/// <summary>Wakes the loops of this process when there may be something to do. Raised twice before anyone looks, it wakes once.</summary>
internal sealed class ChangeSignal
{
    /// <summary>What is never raised, to wait for time or cancellation alone.</summary>
    public static readonly Task Never = New().Task;

    private TaskCompletionSource raised = New();

    /// <summary>Ends at the next raise. Take it before looking for work, and wait for it after: no raise in between is missed.</summary>
    public Task Next => Volatile.Read(ref raised).Task;

    public void Raise() => Interlocked.Exchange(ref raised, New()).SetResult();

    /// <summary>Waits for a raise taken by <see cref="Next"/>, for the given real time, or for cancellation, whichever is first.</summary>
    public static Task Wait(Task next, TimeSpan atMost, CancellationToken cancel) =>
        Task.WhenAny(next, Task.Delay(atMost, cancel));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
