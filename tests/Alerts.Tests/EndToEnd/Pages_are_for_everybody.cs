using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.EndToEnd;

[Collection(nameof(Chromium))]
public sealed class Pages_are_for_everybody(Chromium chromium)
{
    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 8, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Axe_finds_nothing_in_either_theme_and_nothing_sticks_out_on_a_phone()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        await using var visitor = await chromium.OpenAsync(world.Url);
        foreach (var (path, name) in world.Pages())
        {
            await visitor.LookAtAsync(path, name);
        }

        Assert.Empty(visitor.Complaints);
    }
}
