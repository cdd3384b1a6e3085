namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A channel that accepts several messages with one text per call gets all such messages that are due together. Times
/// are UTC.
/// </summary>
public sealed class Mails_of_one_text_go_together
{
    [Fact]
    public async Task Each_text_goes_by_itself_and_none_exceeds_what_the_channel_takes()
    {
        await using var world = await World.At("2025-11-01 00:00");
        world.MaxBatchSize = 10;
        await world.Date("truce", "2025-11-10 12:00");
        await world.Date("summit", "2025-11-10 13:00");
        for (var i = 0; i < 13; i++)
        {
            await world.Subscribe("P1D");
        }

        // same instant, but the text names another time zone
        var elsewhere = await world.Subscribe("P1D", zone: "Europe/London");
        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal([1, 3, 10], world.Calls.Select(call => call.Count).Order());
        Assert.All(world.Calls, call => Assert.Single(call.Select(one => one.Text).Distinct()));
        Assert.Equal(28, world.Alerts.Select(alert => alert.Id).Distinct().Count());
        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:00 P1D r1"], world.Got(elsewhere));
    }
}
