using System.Collections.Concurrent;

namespace Alerts.Sources;

/// <summary>
/// Lets one task at a time work on a source. The store keeps processes apart; this class also keeps the tasks of this
/// process apart.
/// </summary>
internal sealed class SourceClaims(ISources sources)
{
    private readonly ConcurrentDictionary<string, bool> held = new(StringComparer.Ordinal);

    /// <summary>Runs work on a source unless someone else works on it.</summary>
    /// <returns>The result of the work; null if someone else works on the source, or if it does not exist.</returns>
    public async Task<SourceState?> RunAsync(string id, Func<Task<SourceState?>> work, CancellationToken cancel)
    {
        if (!held.TryAdd(id, true))
        {
            return null;
        }

        try
        {
            if (!await sources.ClaimAsync(id, cancel))
            {
                return null;
            }

            try
            {
                return await work();
            }
            finally
            {
                await sources.ReleaseAsync(id, CancellationToken.None);
            }
        }
        finally
        {
            held.TryRemove(id, out _);
        }
    }
}
