using System.Diagnostics;
using Hangfire;
using Hangfire.InMemory;

namespace Alerts.Benchmarks.Peers;

/// <summary>
/// Hangfire with its in-memory storage and a server of the default worker count; its jobs are enqueued to run at once. The server
/// starts when all are enqueued, which is the faster order for it: workers do not contend with the enqueueing.
/// </summary>
internal static class HangfireInMemory
{
    /// <returns>Jobs a second, from before the first is enqueued until the last has run.</returns>
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

/// <summary>Public, since Hangfire calls only public methods of public types.</summary>
public static class HangfireJob
{
    public static void Run() => Countdown.One();
}
