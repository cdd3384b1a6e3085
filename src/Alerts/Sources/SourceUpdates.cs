namespace Alerts.Sources;

/// <summary>Changes stored sources.</summary>
internal static class SourceUpdates
{
    /// <summary>
    /// Applies a change to a source; repeats it when someone else changes the source at the same time.
    /// </summary>
    /// <param name="state">The source as it was read.</param>
    /// <param name="change">Returns the state to save.</param>
    /// <param name="endsClaim">Whether the save also ends this process's claim.</param>
    /// <returns>The source as saved; null when it does not exist any more.</returns>
    public static async Task<SourceState?> UpdateAsync(
        this ISources sources, SourceState state, Func<SourceState, SourceState> change, bool endsClaim,
        CancellationToken cancel)
    {
        for (SourceState? current = state; current is not null;
            current = await sources.FindAsync(state.Id, cancel))
        {
            if (await sources.SaveAsync(change(current), endsClaim, cancel) is { } saved)
            {
                return saved;
            }
        }

        return null;
    }
}
