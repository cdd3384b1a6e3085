using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Benchmarks;

/// <summary>
/// Counts the operations on Table Storage and the queue: of a watch run that finds nothing due, and of alerts and
/// corrections from the watcher to their final state in the ledger. Counts, unlike times, are the same on any machine.
/// </summary>
internal static class OperationsBenchmark
{
    private const int Few = 10_000;
    private const int Many = 1_000_000;

    /// <summary>Number of alerts due together.</summary>
    private const int Alerts = 1_000;

    /// <summary>
    /// The rate the service must sustain. A partition handles 2,000 operations per second (Azure
    /// Table Storage scalability targets).
    /// </summary>
    private const int AlertsASecond = 5_000;
    private const int PartitionOperationsASecond = 2_000;

    private static readonly Instant DueAt = Service.Start + Duration.FromDays(10);

    public static async Task RunAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        using var azurite = await AzuriteProcess.StartAsync("few", "many", "email", "webhook", "lone");

        var few = await IdleAsync(folder, azurite.ConnectionString("few"), Few);
        var many = await IdleAsync(folder, azurite.ConnectionString("many"), Many);
        report.Figure("table operations per idle run, 10,000 subscriptions", few, "operations");
        report.AtMost("table operations per idle run, 1,000,000 subscriptions", many, "operations", few);

        await AlertsAsync(
            report,
            folder,
            azurite,
            "email",
            "mails of one text due together",
            Alerts,
            maxBatchSize: 1_000,
            slots: 4_000);
        await AlertsAsync(
            report,
            folder,
            azurite,
            "webhook",
            "webhooks due together",
            Alerts,
            maxBatchSize: 1,
            slots: 64);
        await AlertsAsync(report, folder, azurite, "lone", "alert due alone", 1, maxBatchSize: 1, slots: 64);
    }

    private static async Task<long> IdleAsync(TemporaryFolder folder, string connection, int subscriptions)
    {
        using var service = new TableService(folder.Of("idle"), connection);
        await service.SeedAsync("email", subscriptions, IdleBenchmark.PreferenceSets);
        for (var i = 1; i <= 10; i++)
        {
            await service.SaveAsync(
                FormattableString.Invariant($"date-{i}"),
                Service.Start + Duration.FromDays(30 * i));
        }

        await service.Get<Watcher>().RunAsync(CancellationToken.None);
        return await IdleAsync(service);
    }

    private static async Task<long> IdleAsync(TableService service)
    {
        service.Clock.JumpTo(service.Clock.Now + Duration.FromMinutes(1));
        service.Counted.Reset();
        await service.Get<Watcher>().RunAsync(CancellationToken.None);
        return service.Counted.Operations;
    }

    private static async Task AlertsAsync(
        Report report,
        TemporaryFolder folder,
        AzuriteProcess azurite,
        string account,
        string what,
        int count,
        int maxBatchSize,
        int slots)
    {
        var channel = account == "email" ? "email" : "webhook";
        using var service = new TableService(folder.Of(account), azurite.ConnectionString(account));
        var kind = service.Get<ChannelKinds>().Of(channel);
        await service.SeedAsync(channel, count, [Service.Preferences("UTC", 9, "PT0S")]);
        await service.SaveAsync("date", DueAt);
        service.Clock.JumpTo(DueAt - Duration.FromMinutes(20));
        await service.Get<Watcher>().RunAsync(CancellationToken.None);
        var idle = await IdleAsync(service);

        var due = await service.CountAsync(new Nowhere(kind, count, slots, maxBatchSize), async () =>
        {
            service.Clock.JumpTo(DueAt - Duration.FromMinutes(9));
            await service.Get<Watcher>().RunAsync(CancellationToken.None);
            service.Clock.JumpTo(DueAt);
        });
        var each = (due.Operations - idle) / (double)count;
        if (count == 1)
        {
            report.Figure($"table operations of an {what}", each, "operations");
        }
        else
        {
            report.AtMost($"table operations per alert, {count:N0} {what}", each, "operations", 3);
            report.AtMost(
                $"operations a second in the busiest partition at 5,000 alerts/s, {what}",
                service.Counted.Busiest * (double)AlertsASecond / count,
                "operations/s",
                PartitionOperationsASecond);
        }

        report.Figure($"messages per alert, {count:N0} {what}", due.Messages / (double)count, "messages");

        var corrections = await service.CountAsync(new Nowhere(kind, count, slots, maxBatchSize), () =>
            service.SaveAsync("date", DueAt + Duration.FromDays(30)));
        report.Figure(
            $"table operations per correction, {count:N0} {what}",
            corrections.Operations / (double)count,
            "operations");
        report.Figure($"messages per correction, {count:N0} {what}", corrections.Messages / (double)count, "messages");
        var delivered = (await service.Get<IDeliveries>().CountAsync(CancellationToken.None))
            .Alerts.GetValueOrDefault(DeliveryState.Delivered);
        if (delivered != 2 * count)
        {
            throw new InvalidOperationException($"{delivered} of {2 * count} were delivered.");
        }
    }
}
