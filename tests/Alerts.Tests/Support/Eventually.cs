namespace Alerts.Tests.Support;

/// <summary>For facts of another process that can only be asked for: asks again until it is so.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything here takes on a slow, busy machine; only a hang reaches it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);

    /// <param name="what">What is waited for, as in "waited in vain until …".</param>
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
