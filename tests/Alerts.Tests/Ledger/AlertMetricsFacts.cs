using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Alerts.Ledger;
using Alerts.Queue;

namespace Alerts.Tests.Ledger;

/// <summary>Tests the metrics of alerts, on every store.</summary>
public abstract class AlertMetricsFacts(Worlds worlds)
{
    /// <summary>
    /// The counts of this test. The meter belongs to the process; this value flows with the test's async context.
    /// </summary>
    private static readonly AsyncLocal<ConcurrentDictionary<string, long>?> Counted = new();

    [Fact]
    public async Task Every_alert_is_counted_when_it_is_enqueued_when_it_is_due_and_by_what_it_came_to()
    {
        var counts = Counted.Value = new();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == AlertMetrics.Name)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            // The same test on the other store listens, too.
            if (Counted.Value == counts)
            {
                counts.AddOrUpdate(instrument.Name, value, (_, before) => before + value);
            }
        });
        listener.Start();
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        foreach (var address in new[] { "fine", "fine-too", "full", "slow" })
        {
            await world.Subscribe("PT1H", address: $"{address}@example.com");
        }

        world.Answer = message => Task.FromResult<SendResult>(message.Subscription.Address switch
        {
            "full@example.com" => new GaveUp(552, "mailbox full", "mailbox full"),
            "slow@example.com" => new TryAgain(451, "later", Duration.FromHours(2)), // after its deadline
            _ => new Delivered(250, "ok"),
        });
        await world.RunUntil("2025-11-11 00:00");

        Assert.Equal(
            (4, 4, 2, 1, 1),
            (
                counts["alerts.enqueued"], counts["alerts.due"], counts["alerts.delivered"], counts["alerts.failed"],
                counts["alerts.expired"]));
    }
}

/// <summary>Tests on a SQLite file.</summary>
public sealed class AlertMetricsFacts_on_SQLite() : AlertMetricsFacts(Worlds.OnSqlite);

/// <summary>Tests on Table Storage.</summary>
public sealed class AlertMetricsFacts_on_Table_Storage() : AlertMetricsFacts(Worlds.OnTableStorage);
