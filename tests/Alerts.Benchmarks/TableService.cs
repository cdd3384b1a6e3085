using Alerts.App;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;
using Alerts.Watch;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alerts.Benchmarks;

/// <summary>
/// The service on Table Storage, with its operations and messages counted, and a clock that moves only when
/// a benchmark moves it.
/// </summary>
internal sealed class TableService : IDisposable, IAlertQueueSender
{
    private readonly ServiceProvider provider;
    private readonly List<AlertMessage> waiting = [];
    private readonly Lock gate = new();
    private int messages;
    private int underWay;

    public TableService(string folder, string connection)
    {
        Clock = new ServiceClock(TimeProvider.System, Service.Start, speed: 0);
        var settings = new Settings(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("Alerts:TableStorage:ConnectionString", connection)])
                .Build());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAlerts(
            settings,
            new DataFolder(folder, Path.Combine(folder, "alerts.db")),
            Clock,
            new PublicUrl(new Uri("http://127.0.0.1:7071")),
            withCatalogue: false);
        services.AddTableStorage(settings, TimeProvider.System);
        var options = new TableClientOptions();
        options.AddPolicy(Counted, HttpPipelinePosition.PerRetry);
        services.AddSingleton(_ => new Tables(new TableServiceClient(connection, options), TimeProvider.System));
        services.AddSingleton<IAlertQueueSender>(this);
        provider = services.BuildServiceProvider();
    }

    public ServiceClock Clock { get; }

    public CountedOperations Counted { get; } = new();

    public int Messages => messages;

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    public Task PostAsync(IReadOnlyList<AlertMessage> posted, CancellationToken cancel)
    {
        Interlocked.Add(ref messages, posted.Count);
        lock (gate)
        {
            waiting.AddRange(posted);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Adds active subscriptions, spread evenly over the preferences, written as the service writes them but in bulk.
    /// </summary>
    public async Task SeedAsync(string channel, int count, IReadOnlyList<Preferences> preferences)
    {
        var schedules = new List<PreferenceSet>();
        foreach (var one in preferences)
        {
            schedules.Add(await Get<TablePlan>().PreferenceSetOfAsync(one, CancellationToken.None));
        }

        var tables = Get<Tables>();
        // In order of ids: Azurite keeps its keys in a sorted array, and inserting into the middle of a
        // long one is slow.
        var ids = Enumerable
            .Range(0, count)
            .Select(_ => NewSubscription.RandomId("sub_"))
            .Order(StringComparer.Ordinal);
        foreach (var page in ids.Index().Chunk(5_000))
        {
            var states = page.Select(one =>
                    Active(Get<ChannelKinds>().Of(channel), one.Index,
                        one.Item, schedules[one.Index % schedules.Count]))
                .ToList();
            await tables.Subscriptions.UpsertAllAsync(states.Select(state => state.Entity), CancellationToken.None);
            await tables.Subscriptions.UpsertAllAsync(
                states.Select(state => Follower.Of(state).ToEntity(state.PreferenceSet)),
                CancellationToken.None);
        }
    }

    public async Task SaveAsync(string id, Instant at)
    {
        var local = at.InUtc().LocalDateTime;
        await Get<IKeyDates>()
            .SaveAsync(
                new KeyDate(
                    id,
                    "A date of the benchmark",
                    null,
                    [],
                    new Moment(local.Date, local.TimeOfDay, DateTimeZone.Utc),
                    null,
                    DateStatus.Confirmed,
                    null,
                    null,
                    1),
                reason: null,
                ifMatch: null,
                CancellationToken.None);
        await Get<Watcher>().FollowChangesAsync(CancellationToken.None);
    }

    /// <summary>
    /// Runs some work, then delivers its messages until the channel has sent all that it expects and
    /// the ledger says delivered.
    /// </summary>
    /// <returns>The number of table operations and of queue messages.</returns>
    public async Task<(long Operations, int Messages)> CountAsync(Nowhere channel, Func<Task> work)
    {
        Counted.Reset();
        messages = 0;
        await work();
        using var handler = new QueueMessageHandler(
            [channel],
            Get<IClaimStore>(),
            this,
            Clock,
            Get<ServiceHealth>(),
            NullLogger<QueueMessageHandler>.Instance);
        do
        {
            Deliver(handler, QueueWorker.MessagesOf(channel, channel.Kind.Name));
            await Task.Delay(1);
        }
        while (!channel.AllSent.IsCompleted || Volatile.Read(ref underWay) > 0);
        return (Counted.Operations, messages);
    }

    public void Dispose() => provider.Dispose();

    /// <summary>Delivers due messages, at most as many at once as a processor of the service.</summary>
    private void Deliver(QueueMessageHandler handler, int atOnce)
    {
        lock (gate)
        {
            foreach (var message in waiting.Where(one => one.NotBefore <= Clock.Now).Take(atOnce - underWay).ToList())
            {
                waiting.Remove(message);
                Interlocked.Increment(ref underWay);
                _ = HandleAsync(handler, QueueNames.Of(message), message.ToBody());
            }
        }
    }

    private async Task HandleAsync(QueueMessageHandler handler, string queue, byte[] body)
    {
        await Task.Yield();
        await handler.HandleAsync(queue, body, traceParent: null, CancellationToken.None);
        Interlocked.Decrement(ref underWay);
    }

    private static SubscriptionState Active(ChannelKind channel, int i, string id, PreferenceSet schedule)
    {
        var seed = new SubscriptionIdentity(id, "whsec_");
        var state = new SubscriptionState(
            NewSubscription.Of(
                new Target(
                    channel, channel.IsPersonal ? $"reader{i}@example.com" : $"https://receiver{i}.example.com/"),
                schedule.Preferences,
                seed,
                Instant.MinValue),
            schedule,
            order: 1);
        state.Activate(Instant.FromUnixTimeSeconds(0), order: 2);
        if (!channel.IsPersonal)
        {
            state.Health = EndpointHealth.New with { Quick = 1 }; // the verification
        }

        return state;
    }
}
