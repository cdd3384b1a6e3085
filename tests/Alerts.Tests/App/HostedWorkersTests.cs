using Alerts.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.App;

public sealed class HostedWorkersTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_fails_stops_the_host_which_is_then_known_to_have_failed(bool fails)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(of => new Worker(fails, of.GetRequiredService<IHostApplicationLifetime>()));
        using var host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.WaitForShutdownAsync(TestContext.Current.CancellationToken);

        Assert.Equal(fails, host.HasFailed());
    }

    private sealed class Worker(bool fails, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (fails)
            {
                throw new InvalidOperationException("a bug of ours");
            }

            lifetime.StopApplication();
        }
    }
}
