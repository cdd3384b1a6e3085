using System.Collections.Concurrent;

namespace Alerts.Queue;

/// <summary>Attempts of one queue that go on in the background after their messages have been handled.</summary>
internal sealed partial class OutlastingAttempts(string queue, ILogger log)
{
    private readonly ConcurrentDictionary<Task, bool> marking = new();

    /// <summary>Lets an attempt go on.</summary>
    /// <param name="attempt">Ends when the attempt's result is marked.</param>
    public void Add(Task attempt)
    {
        var marked = ObserveAsync(attempt);
        marking[marked] = true;
        marked.ContinueWith(
            task => marking.TryRemove(task, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits until all of them have ended and are marked.</summary>
    public Task FinishAsync() => Task.WhenAll(marking.Keys);

    private async Task ObserveAsync(Task attempt)
    {
        try
        {
            await attempt;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The worker's edge: the row's lease expires, and the sweep has it sent again under the same key.
            LogNotMarked(log, queue, e);
        }
    }

    [LoggerMessage(
        LogLevel.Error, "The result of an attempt of the queue {Queue} was not recorded; the attempt is repeated.")]
    private static partial void LogNotMarked(ILogger log, string queue, Exception exception);
}
