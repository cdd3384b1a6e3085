using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Quartz;

namespace Alerts.Benchmarks.Peers;

/// <summary>
/// Measures Quartz.NET with its default thread pool: one job, and per reminder one trigger that fires at once, all
/// stored in one call.
/// </summary>
internal static class QuartzScheduler
{
    /// <returns>Triggers per second, from before the first is created until the last has fired.</returns>
    public static Task<double> RateInMemoryAsync(int count) => RateAsync(count, quartz => quartz.UseInMemoryStore());

    /// <summary>
    /// Measures Quartz's own SQLite job store, in write-ahead mode with SQLite's default <c>synchronous=FULL</c>.
    /// </summary>
    public static async Task<double> RateOnSqliteAsync(int count)
    {
        using var folder = new TemporaryFolder();
        var connectionString = "Data Source=" + folder.Of("quartz.db");
        using (var connection = new SqliteConnection(connectionString))
        {
            connection.Open();
            using var wal = connection.CreateCommand();
            wal.CommandText = "PRAGMA journal_mode = WAL";
            wal.ExecuteNonQuery();
        }

        var rate = await RateAsync(count, quartz => quartz.UsePersistentStore(store =>
        {
            store.UseSqlite(connectionString);
            store.UseSystemTextJsonSerializer();
            store.ProvisionSchema();
        }));
        SqliteConnection.ClearAllPools();
        return rate;
    }

    private static async Task<double> RateAsync(int count, Action<IQuartzBuilder> store)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(store).BuildScheduler();
        await scheduler.Start();
        var all = Countdown.From(count);
        var began = Stopwatch.GetTimestamp();
        var job = JobBuilder.Create<QuartzJob>().WithIdentity("reminder").Build();
        var triggers = Enumerable
            .Range(0, count)
            .Select(i =>
                TriggerBuilder.Create().WithIdentity(i.ToString(CultureInfo.InvariantCulture)).StartNow().Build())
            .ToList();
        await scheduler.ScheduleJob(job, triggers);
        await all;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await scheduler.Shutdown();
        return count / seconds;
    }
}

/// <summary>The job. It is public because Quartz creates it.</summary>
public sealed class QuartzJob : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        Countdown.One();
        return ValueTask.CompletedTask;
    }
}
