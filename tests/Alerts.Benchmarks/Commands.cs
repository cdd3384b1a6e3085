namespace Alerts.Benchmarks;

/// <summary>
/// Runs one benchmark: <c>idle</c>, <c>enqueue</c>, <c>fire</c>, <c>together</c>, <c>operations</c>, <c>load</c>,
/// <c>startup</c>, <c>webhooks</c>, <c>fairness</c>, <c>fairness-azure</c>, <c>retries</c> or <c>files</c>; or
/// <c>all</c> of them.
/// </summary>
internal static class Commands
{
    private static readonly IReadOnlyDictionary<string, Func<Report, Task>> Benchmarks = new Dictionary<
        string,
        Func<Report, Task>
    >
    {
        ["idle"] = IdleBenchmark.RunAsync,
        ["enqueue"] = EnqueueBenchmark.RunAsync,
        ["fire"] = FireBenchmark.RunAsync,
        ["together"] = TogetherBenchmark.RunAsync,
        ["operations"] = OperationsBenchmark.RunAsync,
        ["load"] = LoadBenchmark.RunAsync,
        ["startup"] = StartupBenchmark.RunAsync,
        ["webhooks"] = WebhookPathBenchmark.RunAsync,
        ["fairness"] = FairnessBenchmark.RunAsync,
        ["fairness-azure"] = FairnessBenchmark.RunOnAzureAsync,
        ["retries"] = RetryBenchmark.RunAsync,
        ["files"] = OpenFilesBenchmark.RunAsync,
    };

    /// <returns>The exit code: 0 done, 1 a target was missed, 2 bad arguments.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [EnqueueBenchmark.ChildArgument, var part, var folder])
        {
            return await EnqueueBenchmark.RunChildAsync(part, folder);
        }

        if (args is not [var name] || (name != "all" && !Benchmarks.ContainsKey(name)))
        {
            await Console.Error.WriteLineAsync(
                $"{(args.Length == 1 ? $"'{args[0]}' is no benchmark" : "Name one benchmark")}: "
                + $"write {string.Join(", ", Benchmarks.Keys)} or all."
            );
            return 2;
        }

        var report = new Report();
        foreach (var (_, run) in Benchmarks.Where(benchmark => name == "all" || name == benchmark.Key))
        {
            await run(report);
        }

        Console.WriteLine(Machine.Describe());
        return report.IsMissed ? 1 : 0;
    }
}
