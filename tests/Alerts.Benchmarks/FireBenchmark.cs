using Alerts.Benchmarks.Peers;

namespace Alerts.Benchmarks;

/// <summary>
/// Schedules and fires the same 100,000 reminders end to end with a sender that does nothing: this service, durable on
/// disk, compared with job schedulers. All take turns in every round; a ratio is the median of the rounds' ratios.
/// </summary>
internal static class FireBenchmark
{
    private const int Reminders = 100_000;

    /// <summary>Number of reminders for Quartz on SQLite: fewer because it is slow. Rates are compared.</summary>
    private const int DurableQuartzReminders = 2_000;
    private const int WarmUpReminders = 10_000;
    private const int DurableQuartzWarmUpReminders = 200;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        await RoundAsync(WarmUpReminders, DurableQuartzWarmUpReminders);
        var rounds = new List<Round>();
        for (var i = 0; i < Rounds; i++)
        {
            rounds.Add(await RoundAsync(Reminders, DurableQuartzReminders));
        }

        report.Figure(
            "fire 100,000 reminders: Alerts, durable on SQLite",
            rounds.Select(round => round.Ours).Median(),
            "reminders/s");
        report.Figure(
            "fire 100,000 reminders: Hangfire in memory",
            rounds.Select(round => round.Hangfire).Median(),
            "reminders/s");
        report.Figure(
            "fire 100,000 reminders: Quartz.NET in memory",
            rounds.Select(round => round.Quartz).Median(),
            "reminders/s");
        report.Figure(
            "fire 2,000 reminders (fewer, rates compared): Quartz.NET durable on SQLite",
            rounds.Select(round => round.DurableQuartz).Median(),
            "reminders/s");
        report.AtLeast(
            "fire, Alerts durable : Hangfire in memory",
            rounds.Select(round => round.Ours / round.Hangfire).Median(),
            "ratio",
            1);
        report.AtLeast(
            "fire, Alerts durable : Quartz.NET durable",
            rounds.Select(round => round.Ours / round.DurableQuartz).Median(),
            "ratio",
            10);
        report.Figure(
            "fire, Alerts durable : Quartz.NET in memory (aim 1)",
            rounds.Select(round => round.Ours / round.Quartz).Median(),
            "ratio");
    }

    private static async Task<Round> RoundAsync(int reminders, int durableQuartzReminders) =>
        new(
            await AlertsDurable.RateAsync(reminders),
            await HangfireInMemory.RateAsync(reminders),
            await QuartzScheduler.RateInMemoryAsync(reminders),
            await QuartzScheduler.RateOnSqliteAsync(durableQuartzReminders));

    /// <summary>The results of one round, in reminders per second.</summary>
    private sealed record Round(double Ours, double Hangfire, double Quartz, double DurableQuartz);
}
