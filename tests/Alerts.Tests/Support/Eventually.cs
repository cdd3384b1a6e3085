namespace Alerts.Tests.Support;

/// <summary>Polls a condition in another process until it holds.</summary>
internal static class Eventually
{
    /// <summary>
    /// Limit of the wait: far longer than any step takes on a slow, busy machine; only a hang reaches it.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);

    /// <param name="what">The condition, worded to follow "waited in vain until …".</param>
    public static async Task BecomesTrueAsync(string what, Func<Task<bool>> isSo, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var pace = new PeriodicTimer(BetweenQuestions);
        try
        {
            while (!await isSo())
            {
                await pace.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited in vain until {what} ({Patience.TotalSeconds} s).");
        }
    }
}
