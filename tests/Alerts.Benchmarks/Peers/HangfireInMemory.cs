using System.Diagnostics;
using Hangfire;
using Hangfire.InMemory;

namespace Alerts.Benchmarks.Peers;

/// <summary>
/// Measures Hangfire with its in-memory storage, a server with the default worker count, and jobs enqueued to
/// run at once. The server starts after all jobs are enqueued, which is faster for Hangfire because workers do
/// not contend with enqueueing.
/// </summary>
internal static class HangfireInMemory
{
    /// <returns>Jobs per second, from before the first is enqueued until the last has run.</returns>
    public static async Task<double> RateAsync(int count)
    {
        using var storage = new InMemoryStorage();
        var client = new BackgroundJobClient(storage);
        var all = Countdown.From(count);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            client.Enqueue(() => HangfireJob.Run());
        }

        using var server = new BackgroundJobServer(new BackgroundJobServerOptions(), storage);
        await all;
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}

/// <summary>The job. It is public because Hangfire calls only public methods of public types.</summary>
public static class HangfireJob
{
    public static void Run() => Countdown.One();
}
