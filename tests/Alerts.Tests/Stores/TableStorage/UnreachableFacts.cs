using System.Net;
using Alerts.Watch;
using Alerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>A storage account that refuses connections.</summary>
public sealed class UnreachableFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_not_ready_until_the_account_can_be_reached_again()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        new HealthApi(
            world.Get<IWatch>(), world.Get<WatchOptions>(), world.Get<ServiceClock>(), world.Get<ServiceHealth>())
            .Map(app);
        await app.StartAsync(Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal(HttpStatusCode.OK, await ReadyAsync());
        faults.IsCut = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync());
        faults.IsCut = false;
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync());

        async Task<HttpStatusCode> ReadyAsync()
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Cancel);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_run_that_could_not_look_is_no_run_and_the_next_one_looks_at_what_it_missed()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At(
            "2025-11-01 00:00", faults, ("Store", "TableStorage"), ("Watch:Every", "PT1H"));
        await world.Date("truce", "2025-11-03 12:00");
        var subscriber = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-02 05:30");
        var before = await world.Get<IWatch>().LastRunAsync(Cancel);

        faults.IsCut = true;
        await Assert.ThrowsAnyAsync<Exception>(() => world.RunUntil("2025-11-02 08:00"));
        faults.IsCut = false;
        Assert.Equal(before, await world.Get<IWatch>().LastRunAsync(Cancel));
        await world.RunUntil("2025-11-04 00:00");

        Assert.Equal(["2025-11-02 09:00 P1D r1"], world.Got(subscriber));
    }
}
