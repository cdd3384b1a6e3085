using Alerts.Dates;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>How long cached reads of the dates may be served.</summary>
public sealed class TimedDatesVersionFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_read_of_the_dates_stands_for_a_second()
    {
        await using var world = await World.At("2025-11-01 00:00", ("Store", "TableStorage"));
        var dates = world.Get<IKeyDates>();

        var first = await dates.StampAsync(world.Now, Cancel);

        Assert.Equal(first, await dates.StampAsync(world.Now + Duration.FromMilliseconds(999), Cancel));
        Assert.NotEqual(first, await dates.StampAsync(world.Now + Duration.FromSeconds(1), Cancel));
    }

    [Fact]
    public async Task What_was_read_before_or_while_a_date_changed_stands_no_longer()
    {
        var faults = new TableFaults(seed: 1);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        var dates = world.Get<IKeyDates>();
        var seen = new List<DatesVersion> { await dates.StampAsync(world.Now, Cancel) };
        faults.Before = async _ => seen.Add(await dates.StampAsync(world.Now, Cancel));

        await world.Date("truce", "2025-11-10 12:00");

        Assert.True(seen.Count > 1);
        Assert.DoesNotContain(await dates.StampAsync(world.Now, Cancel), seen);
    }
}
