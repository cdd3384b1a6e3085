namespace Alerts.Benchmarks;

/// <summary>How many requests a million mails of one text are to SendGrid, which takes 1,000 in one.</summary>
internal static class TogetherBenchmark
{
    private const int Mails = 1_000_000;
    private const int MaxBatchSize = 1_000;

    public static async Task RunAsync(Report report) =>
        report.AtMost(
            "SendGrid requests per 1,000,000 mails of one text",
            await AlertsDurable.CallsAsync(Mails, MaxBatchSize),
            "requests",
            Mails / MaxBatchSize);
}
