using Alerts.App;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Stores.Sqlite;
using Alerts.Stores.TableStorage;
using Alerts.Watch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>How the service of a world starts, passes its time and ends.</summary>
public sealed partial class World
{
    public static Task<World> At(string start, params (string Name, string Value)[] settings) =>
        At(start, null, settings);

    /// <param name="faults">For Table Storage.</param>
    internal static async Task<World> At(
        string start,
        TableFaults? faults,
        params (string Name, string Value)[] settings)
    {
        var world = new World(settings.ToDictionary(one => "Alerts:" + one.Name, one => (string?)one.Value), faults);
        if (world.settings.Remove("Alerts:Store"))
        {
            // Over a network a run costs a dozen calls: fewer of them in weeks that pass in seconds.
            world.settings.TryAdd("Alerts:Watch:Every", "PT12H");
            var azurite = await TestContext.Current.GetFixture<Azurite>()
                ?? throw new InvalidOperationException("Azurite is a fixture of the assembly.");
            world.settings["Alerts:TableStorage:ConnectionString"] = await azurite.NewAccountAsync(
                TestContext.Current.CancellationToken);
        }

        world.settings.TryAdd("Alerts:Watch:Every", "PT1H");
        await world.StartAsync(Utc(start));
        return world;
    }

    /// <summary>Stops the service and starts it again later on the same data.</summary>
    public Task SleepUntil(string until) => SleepUntil(Utc(until));

    /// <inheritdoc cref="SleepUntil(string)"/>
    internal async Task SleepUntil(Instant until)
    {
        await StopAsync();
        await StartAsync(until);
    }

    /// <summary>
    /// Cuts the process off from its store and queue, as if it had died, and starts another on the same data.
    /// </summary>
    /// <param name="at">When it starts; null for now.</param>
    internal async Task DieAndStartAgain(Instant? at = null)
    {
        try
        {
            await StopAsync();
        }
        catch (Exception e) when (TableFaults.IsFault(e))
        {
            // What it could not finish any more.
        }

        Faults!.Live(); // only with faults does a process die here
        await StartAsync(at ?? Now);
    }

    /// <summary>
    /// Ends the process like a SIGKILL: attempts in progress are never settled. Starts another on the same data.
    /// </summary>
    /// <param name="endAttempts">
    /// Ends the attempts in progress, called when their results can no longer reach the store.
    /// </param>
    internal async Task KillAndStartAgain(Action endAttempts)
    {
        await Kill(endAttempts);
        await StartAsync(Now);
    }

    /// <summary>
    /// SIGKILL, and another process that has begun to work: nobody waits for it. It can be killed, but time does not
    /// pass for it.
    /// </summary>
    /// <inheritdoc cref="KillAndStartAgain"/>
    internal async Task KillAndBeginAgain(Action endAttempts)
    {
        await Kill(endAttempts);
        Build(Now);
        await simulation.BeginAsync();
    }

    private async Task Kill(Action endAttempts)
    {
        if (settings.ContainsKey("Alerts:TableStorage:ConnectionString"))
        {
            Faults!.Die(); // a world on Table Storage that is killed has faults
            Real.Ahead += TimeSpan.FromMinutes(2); // its leases end without it
        }
        else
        {
            Get<Database>().Dispose();
        }

        endAttempts();
        try
        {
            await StopAsync();
        }
        catch (Exception e)
            when (TableFaults.IsFault(e)
                || e is ObjectDisposedException or InvalidOperationException or NullReferenceException)
        {
            // The dead process could not settle what it had begun.
        }

        Faults?.Live();
    }

    /// <summary>
    /// Advances the clock to an instant without waiting for what is due by then: attempts may be in progress after it.
    /// </summary>
    internal async Task BeginUntil(Instant until)
    {
        clock.JumpTo(until);
        await Watcher.CatchUpAsync(CancellationToken.None);
        Get<ChangeSignal>().Raise();
    }

    public Task RunUntil(string until) => RunUntil(Utc(until));

    internal Task RunUntil(Instant until) => simulation.RunUntilAsync(until);

    public Task Settle() => simulation.SettleAsync();

    /// <summary>Ends it without the audit: a test has found more already.</summary>
    internal async Task AbandonAsync()
    {
        await StopAsync();
        folder.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.RunAsync(CancellationToken.None);
        var verdict = await Audit();
        await StopAsync();
        folder.Dispose();
        Assert.True(verdict.IsClean, string.Join('\n', verdict.Problems.Select(problem => problem.Problem)));
    }

    private async Task StartAsync(Instant start)
    {
        Build(start);
        await simulation.StartAsync();
    }

    private void Build(Instant start)
    {
        clock = new ServiceClock(TimeProvider.System, start, speed: 0);
        var configuration = new Settings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(Log));
        collection.AddAlerts(
            configuration,
            Commands.FolderOf(folder.Path, configuration),
            clock,
            ServeCommand.DefaultUrl,
            withCatalogue: false);
        if (settings.TryGetValue("Alerts:TableStorage:ConnectionString", out var account))
        {
            collection.AddTableStorage(configuration, Real);
            collection.AddSingleton<DirectPosts>();
            collection.AddSingleton<IAlertQueueSender>(of => of.GetRequiredService<DirectPosts>());
            collection.AddSingleton<IQueue, DirectQueue>();
            // What fails comes again from the queue, at once.
            collection.AddSingleton(new QueueHandlerOptions(TimeSpan.Zero));
            collection.RemoveAll<IChannel>();
            collection.AddSingleton<IChannel>(_ => new RecordingChannel("email", this));
            collection.AddSingleton<IChannel>(_ => new RecordingChannel("webhook", this));
            if (Faults is not null)
            {
                collection.AddSingleton(_ => new Tables(Faults.Client(account!), TimeProvider.System)); // At has set it
            }
        }

        services = collection.BuildServiceProvider();
        types = [.. collection.Select(one => one.ServiceType).Where(type => !type.IsGenericTypeDefinition).Distinct()];
        simulation = new Simulation(
            Get<Watcher>(), Get<IQueue>(), Get<IWatch>(), clock, Get<ChangeSignal>(),
            [new RecordingChannel("email", this), new RecordingChannel("webhook", this)],
            Get<ServiceHealth>(), Get<ILogger<ChannelLoop>>());
    }

    private async Task StopAsync()
    {
        await using (services)
        {
            await simulation.DisposeAsync();
            if (services.GetService<DirectPosts>() is { } posts)
            {
                await posts.DisposeAsync();
            }
        }
    }
}
