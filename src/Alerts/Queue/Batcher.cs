namespace Alerts.Queue;

/// <summary>
/// Runs one operation for items of many callers: while a call runs, the items that arrive wait and go together in the
/// next call ("group commit"). Callers that work side by side share the store's transactions that way.
/// </summary>
/// <param name="run">Answers one result per item, in their order.</param>
internal sealed class Batcher<TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run)
{
    /// <summary>How long the first items wait for others: messages that are due together arrive one by one.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private List<Entry> waiting = [];
    private bool isRunning;

    /// <summary>Returns the results for these items; fails when the call that held them failed.</summary>
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
            // One entry that cannot be worked on must not fail the others.
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
