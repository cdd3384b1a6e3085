namespace Alerts.Core;

/// <summary>
/// Wakes this process's background loops when there may be work. Several raises before a loop checks wake it once.
/// </summary>
internal sealed class ChangeSignal
{
    /// <summary>A task that never completes, for waiting only on time or cancellation.</summary>
    public static readonly Task Never = New().Task;

    private TaskCompletionSource raised = New();

    /// <summary>
    /// Completes at the next raise. Read it before checking for work and await it afterwards, so that no raise is
    /// missed.
    /// </summary>
    public Task Next => Volatile.Read(ref raised).Task;

    public void Raise() => Interlocked.Exchange(ref raised, New()).SetResult();

    /// <summary>
    /// Waits for <paramref name="next"/> (from <see cref="Next"/>), for the given real time, or for cancellation,
    /// whichever comes first.
    /// </summary>
    public static Task Wait(Task next, TimeSpan atMost, CancellationToken cancel) =>
        Task.WhenAny(next, Task.Delay(atMost, cancel));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
