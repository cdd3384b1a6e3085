namespace Alerts.Benchmarks.Peers;

/// <summary>
/// The work of the peers' jobs: counting down. The counter is static because peers create their jobs themselves.
/// </summary>
internal static class Countdown
{
    private static TaskCompletionSource done = new();
    private static int left;

    /// <summary>Restarts the countdown; the task completes with the last of <paramref name="count"/> jobs.</summary>
    public static Task From(int count)
    {
        done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref left, count);
        return done.Task;
    }

    public static void One()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            done.SetResult();
        }
    }
}
