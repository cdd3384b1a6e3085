namespace Alerts.Tests.Support;

/// <summary>The lines a program has written so far. They can be awaited, and read while more are written.</summary>
internal sealed class OutputLines
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = NewSignal();
    private bool _isComplete;

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <param name="line">The line; null at the end of the stream.</param>
    public void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _isComplete = true;
            }
            else
            {
                _lines.Add(line);
            }

            _more.TrySetResult();
            _more = NewSignal();
        }
    }

    /// <summary>
    /// Returns the first line that matches, including lines already here; null when the stream ends without one.
    /// </summary>
    public async Task<string?> FirstAsync(Func<string, bool> isIt, CancellationToken cancel)
    {
        for (var seen = 0; ; seen++)
        {
            if (!await WaitForMoreAsync(seen, cancel))
            {
                return null;
            }

            if (All[seen] is var line && isIt(line))
            {
                return line;
            }
        }
    }

    /// <summary>
    /// Waits until there are more than <paramref name="seen"/> lines; false when the stream ended with no more.
    /// </summary>
    public async Task<bool> WaitForMoreAsync(int seen, CancellationToken cancel)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_lines.Count > seen)
                {
                    return true;
                }

                if (_isComplete)
                {
                    return false;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancel);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
