namespace Alerts.Benchmarks.Peers;

/// <summary>What the peers' jobs do: count. Peers make their jobs themselves, hence the one counter for all.</summary>
internal static class Countdown
{
    private static TaskCompletionSource done = new();
    private static int left;

    /// <summary>Starts anew; the task ends with the last of <paramref name="count"/> jobs.</summary>
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
