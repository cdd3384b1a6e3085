namespace Alerts.Queue;

/// <summary>
/// Runs one operation for the items of many callers. While a call runs, new items wait and go together into the next
/// call ("group commit"), so that concurrent callers share store transactions.
/// </summary>
/// <param name="run">Returns one result per item, in the same order.</param>
internal sealed class Batcher<TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run)
{
    /// <summary>How long the first items wait for more: messages that are due together arrive one by one.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private List<Entry> waiting = [];
    private bool isRunning;

    /// <summary>Returns the results for these items; throws if the call that included them failed.</summary>
    public Task<IReadOnlyList<TResult>> RunAsync(IReadOnlyList<TItem> items)
    {
        var entry = new Entry(items);
        lock (gate)
        {
            waiting.Add(entry);
            if (!isRunning)
            {
                isRunning = true;
                _ = Task.Run(RunAllAsync);
            }
        }

        return entry.Done.Task;
    }

    private async Task RunAllAsync()
    {
        while (true)
        {
            await Task.Delay(Gathering);
            List<Entry> batch;
            lock (gate)
            {
                (batch, waiting) = (waiting, []);
                if (batch.Count == 0)
                {
                    isRunning = false;
                    return;
                }
            }

            await RunOnceAsync(batch);
        }
    }

    private async Task RunOnceAsync(List<Entry> batch)
    {
        try
        {
            var results = await run([.. batch.SelectMany(entry => entry.Items)]);
            var from = 0;
            foreach (var entry in batch)
            {
                entry.Done.TrySetResult([.. results.Skip(from).Take(entry.Items.Count)]);
                from += entry.Items.Count;
            }
        }
        catch (Exception e) when (batch.Count > 1 && !QueueOutage.Is(e) && e is not OutOfMemoryException)
        {
            // One entry that fails must not fail the others.
            foreach (var entry in batch)
            {
                await RunOnceAsync([entry]);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            batch.ForEach(entry => entry.Done.TrySetException(e));
        }
    }

    private sealed record Entry(IReadOnlyList<TItem> Items)
    {
        public TaskCompletionSource<IReadOnlyList<TResult>> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
