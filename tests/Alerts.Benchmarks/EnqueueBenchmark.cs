using System.Diagnostics;
using System.Globalization;
using Alerts.Stores.Sqlite;
using Alerts.Watch;

namespace Alerts.Benchmarks;

/// <summary>
/// Enqueues 1,000,000 alerts that fall due at once, compared with a bare batched insert of the same rows into a fresh
/// database of the same shape. Each part runs in its own process, so that its memory can be measured separately.
/// </summary>
internal static class EnqueueBenchmark
{
    /// <summary>The argument by which this program starts itself for one of the two parts.</summary>
    public const string ChildArgument = "--part-of-enqueue";

    private const int Count = 1_000_000;

    /// <summary>Number of rows per transaction, as in the watcher.</summary>
    private const int PageSize = SqliteWatch.PageSize;

    private static readonly Instant DueAt = Service.Start + Duration.FromMinutes(5);

    public static async Task RunAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        using (var service = new Service(folder.Of("enqueue")))
        {
            await service.AddAsync("date", DueAt);
            service.AddSubscriptions(Count, [Service.Preferences("UTC", 9, "PT0S")]);
        }

        var ours = await InChildAsync("enqueue", folder.Of("enqueue"));
        var bare = await InChildAsync("insert", folder.Of("insert"));
        report.Figure("enqueue 1,000,000 alerts due at once", Count / ours.Seconds, "rows/s");
        report.Figure("bare batched insert of the same rows", Count / bare.Seconds, "rows/s");
        report.AtLeast("enqueue : bare insert", bare.Seconds / ours.Seconds, "ratio", 0.5);
        report.AtMost("peak memory while enqueueing 1,000,000 alerts", ours.Megabytes, "MB", 300);
    }

    public static async Task<int> RunChildAsync(string part, string folder)
    {
        using var service = new Service(folder);
        var database = service.Database;
        var began = Stopwatch.GetTimestamp();
        var rows = part == "enqueue"
            ? await service.Get<IWatch>().EnqueueAsync(Service.Start, DueAt, CancellationToken.None)
            : Insert(database);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var stored = database.Read(session => session.Number("SELECT count(*) FROM deliveries"));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {self.PeakWorkingSet64 / 1e6}"));
        return rows == Count && stored == Count ? 0 : 1;
    }

    private static long Insert(Database database)
    {
        for (var from = 1L; from <= Count; from += PageSize)
        {
            database.Write(
                (session, _) =>
                {
                    for (var no = from; no < from + PageSize; no++)
                    {
                        session.Execute(
                            """
                            INSERT INTO deliveries (subscription_no, date_no, revision, kind, lead, due_at, expires,
                                state, next_at, channel, lane)
                            VALUES (@1, 1, 1, 1, 'PT0S', @2, @3, 0, @2, 'email', 0)
                            """,
                            no,
                            DueAt,
                            DueAt + Duration.FromHours(24));
                    }
                }
            );
        }

        return Count;
    }

    private static async Task<(double Seconds, double Megabytes)> InChildAsync(string part, string folder)
    {
        // A running program has a path.
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ChildArgument, part, folder])
        {
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)
            ?? throw new InvalidOperationException("The program could not be started again.");
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 && output.Split(' ') is [var seconds, var megabytes]
            ? (
                double.Parse(seconds, CultureInfo.InvariantCulture),
                double.Parse(megabytes, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"Part {part} failed: exit code {child.ExitCode}.");
    }
}
