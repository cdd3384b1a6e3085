namespace Alerts.Benchmarks;

/// <summary>
/// Counts the SendGrid requests for a million mails of one text; one request takes up to 1,000 mails.
/// </summary>
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
