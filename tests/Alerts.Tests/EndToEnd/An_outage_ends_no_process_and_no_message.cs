using System.Net;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Table Storage or Service Bus is unreachable while alerts come due: for about 10 seconds in CI, for 10 minutes in the
/// full run (ALERTS_TESTS_FULL=1), under the fake Functions host and stand-alone.
/// </summary>
public sealed class An_outage_ends_no_process_and_no_message(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(IsFull ? 600 : 10);

    /// <summary>Simulated seconds per second: the outage must be shorter than the lead of one hour.</summary>
    private static readonly double Speed = IsFull ? 2 : 60;

    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    [Theory]
    [InlineData("Table Storage", true)]
    [InlineData("Table Storage", false)]
    [InlineData("Service Bus", true)]
    [InlineData("Service Bus", false)]
    public async Task What_came_due_meanwhile_is_delivered_afterwards_by_the_same_process(string part, bool isUnderHost)
    {
        await using var azure = await FakeAzure.StartAsync(("Alerts__Dates__Shipped", "false"));
        await (isUnderHost ? azure.Host.StartAsync(Start, Speed, Cancel) : azure.StartAloneAsync(Start, Speed));
        var process = azure.ProcessId;
        await azure.SubscribeAsync(times: 1);
        var due = azure.Now + Duration.FromMinutes(9);
        await azure.Api.PutDateAsync("hour", due + Duration.FromHours(1)); // an email is due an hour before
        await azure.Api.PutDateAsync("day", due + Duration.FromDays(1)); // a webhook is due a day before

        var (_, stop, start) = azure.Services.Single(service => service.Name == part);
        await stop();
        output.WriteLine($"{part} is stopped {due - azure.Now} of simulated time before the alerts are due");
        await Task.Delay(Outage, Cancel);
        using (var alive = await azure.Http.GetAsync("/healthz", Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        }

        await start();
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.BecomesTrueAsync("both alerts are delivered", async () =>
        {
            var told = (await azure.Api.DeliveriesAsync("delivered"))
                .Select(row => ((string)row["keyDateId"]!, (string)row["lead"]!)).ToList();
            return told.Contains(("hour", "PT1H")) && told.Contains(("day", "P1D"));
        }, Cancel);
        output.WriteLine($"Delivered {TimeProvider.System.GetElapsedTime(began)} after its end");

        Assert.Equal(process, azure.ProcessId);
        Assert.Empty(azure.DeadLetters);
        var audit = await azure.AuditAsync();
        Assert.True(audit.ExitCode == 0, string.Join('\n', audit.Output.Concat(audit.Errors)));
        Assert.Equal(0, await azure.TerminateAsync());
        output.WriteLine(string.Join('\n', azure.Output));
    }

    [Fact]
    public async Task A_service_on_a_simulated_clock_starts_without_its_store()
    {
        using var folder = new TemporaryFolder();
        await using var process = AlertsProcess.Start(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", folder.At("data"), "--clock", "2026-03-02T08:00:00Z"],
            folder.Path,
            new Dictionary<string, string>
            {
                ["Alerts__Store"] = "TableStorage",
                ["Alerts__TableStorage__ConnectionString"] = "DefaultEndpointsProtocol=http;AccountName=nobody;"
                    + "AccountKey=bm9ib2R5;TableEndpoint=http://127.0.0.1:1/nobody",
                ["Alerts__Queue"] = "ServiceBus",
                ["Alerts__ServiceBus__ConnectionString"] = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=key;"
                    + "SharedAccessKey=bm9ib2R5;UseDevelopmentEmulator=true",
            });

        await process.WaitForListeningAsync(Cancel);
        await Eventually.BecomesTrueAsync("it is not ready", async () =>
        {
            using var ready = await process.Http.GetAsync("/readyz", Cancel);
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        }, Cancel);
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync(Cancel));
    }
}
