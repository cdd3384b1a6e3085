using System.Net;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The lifetime of the worker process under the fake Functions host: how it stops and what it survives.
/// </summary>
[Collection(RealProcesses.UnderTheHost)]
public sealed class A_worker_stops_and_survives_as_the_host_expects
{
    /// <summary>Longer than requesting the stop takes, shorter than the grace period.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    public enum Way
    {
        WorkerTerminate,
        Signal,
        FunctionsToken,
    }

    [Theory]
    [InlineData(Way.WorkerTerminate)]
    [InlineData(Way.Signal)]
    [InlineData(Way.FunctionsToken)]
    public async Task An_attempt_under_way_is_recorded_and_not_repeated(Way way)
    {
        await using var azure = await FakeAzure.StartAsync(("Alerts__Dates__Shipped", "false"));
        await azure.Host.StartAsync(Start, speed: 60, Cancel);
        await azure.SubscribeAsync(times: 1);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        azure.Hesitation = () =>
        {
            begun.TrySetResult();
            return Slow;
        };
        await azure.Api.PutDateAsync("date", azure.Host.Now + Duration.FromMinutes(10));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        if (way == Way.FunctionsToken)
        {
            azure.Host.Worker.CancelAll();
        }
        else
        {
            var exit = await (way == Way.Signal ? azure.Host.SignalAsync(Cancel) : azure.Host.TerminateAsync(Cancel));
            Assert.Equal(0, exit);
            await azure.Host.StartAsync(azure.Host.Now, speed: 60, Cancel);
        }

        azure.Hesitation = () => TimeSpan.Zero;
        await azure.SettledAsync(azure.Host.Now);
        var arrived = azure.Arrivals.Select(one => one.Key).ToList();
        Assert.NotEmpty(arrived);
        Assert.Equal(arrived.Distinct(), arrived);
        Assert.Equal(0, (await azure.AuditAsync()).ExitCode);
        Assert.Empty(azure.DeadLetters);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_ends_no_process_and_no_message()
    {
        await using var azure = await FakeAzure.StartAsync(("Alerts__Dates__Shipped", "false"));
        var (_, stop, start) = azure.Services.Single(service => service.Name == "Table Storage");
        await stop();
        await azure.Host.StartAsync(at: null, speed: 1, Cancel); // the worker also starts without Table Storage
        azure.Host.Ticks = false;

        using (var page = new HttpRequestMessage(HttpMethod.Get, "/"))
        {
            page.Headers.Accept.Add(new("text/html"));
            using var down = await azure.Host.Http.SendAsync(page, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
            Assert.NotNull(down.Headers.RetryAfter);
            Assert.Contains("<!doctype html>", await down.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using (var alive = await azure.Host.Http.GetAsync("/healthz", Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        }

        Assert.False(await azure.Host.TickOnceAsync()); // the function fails; the next tick covers the same time

        await start();
        await Eventually.BecomesTrueAsync("the watcher runs again", azure.Host.TickOnceAsync, Cancel);
        using var up = await azure.Host.Http.GetAsync("/api/dates", Cancel);
        Assert.Equal(HttpStatusCode.OK, up.StatusCode);
        Assert.Equal(0, await azure.Host.TerminateAsync(Cancel));
    }

    [Fact]
    public async Task One_trace_leads_from_the_watch_run_through_the_message_to_the_attempt()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var azure = await FakeAzure.StartAsync(
            ("Alerts__Dates__Shipped", "false"), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.AbsoluteUri),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"));
        await azure.Host.StartAsync(Start, speed: 300, Cancel);
        await azure.SubscribeAsync(times: 1);
        // beyond the look-ahead, so that a watch run enqueues it
        await azure.Api.PutDateAsync("date", azure.Host.Now + Duration.FromHours(2));

        await Eventually.BecomesTrueAsync("every step is in one trace", () => Task.FromResult(IsTraced()), Cancel);

        bool IsTraced() =>
            collector
                .Spans.GroupBy(span => span.TraceId)
                .Any(trace =>
                    new[] { "watch run", "receive webhook", "send webhook" }.All(step =>
                        trace.Any(span => span.Name == step)));
    }

    [Fact]
    public async Task A_bad_setting_ends_the_start_with_a_sentence_and_exit_code_2()
    {
        using var folder = new TemporaryFolder();
        var refused = await AlertsCommand.RunAsync(
            ["--functions-uri", "http://127.0.0.1:1/", "--functions-worker-id", "1"],
            Cancel,
            new Dictionary<string, string>(),
            folder.Path);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Alerts:Queue", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }
}
