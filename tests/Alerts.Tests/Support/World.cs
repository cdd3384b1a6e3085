using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Audit;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Stores.Sqlite;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;
using Alerts.Watch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// The whole service on a file of its own and a clock that jumps, with channels that record what they were given.
/// What a test reads is what subscribers got; every world is audited at its end.
/// </summary>
public sealed class World : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> settings;
    private ServiceProvider services = null!; // set by StartAsync, before a test has the world
    private IReadOnlyList<Type> types = []; // likewise
    private Simulation simulation = null!; // likewise
    private ServiceClock clock = null!; // likewise

    private World(Dictionary<string, string?> settings, TableFaults? faults) =>
        (this.settings, Faults) = (settings, faults);

    /// <summary>What is done to the store's requests; null when nothing is, or on another store.</summary>
    internal TableFaults? Faults { get; }

    /// <summary>Real time as the store sees it.</summary>
    internal ShiftedTime Real { get; } = new();

    internal ConcurrentQueue<OutboundAlert> Alerts { get; } = new();

    /// <summary>The service messages the channels were given, and by which of them they went.</summary>
    internal ConcurrentQueue<(string Channel, SystemNotification Message)> Messages { get; } = new();

    internal ConcurrentQueue<OperatorNotice> Notices { get; } = new();

    /// <summary>What the service logged.</summary>
    internal LogLines Log { get; } = new();

    /// <summary>What the channels answer; delivered unless a test says otherwise.</summary>
    internal Func<OutboundMessage, Task<SendResult>> Answer { get; set; } =
        _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));

    /// <summary>What the channels answer to a message as a whole; null to ask <see cref="Answer"/>.</summary>
    internal Func<OutboundMessage, Task<SendResult>>? AnswerWhole { get; set; }

    /// <summary>What the channels answer to service messages.</summary>
    internal Func<SystemNotification, SendResult> ServiceAnswer { get; set; } = _ => new Delivered(200, "ok");

    /// <summary>How many messages of one text the channels take in one call.</summary>
    internal int MaxBatchSize { get; set; } = 1;

    /// <summary>The messages with alerts of each call.</summary>
    internal ConcurrentQueue<IReadOnlyList<OutboundMessage>> Calls { get; } = new();

    /// <summary>What was sent with alerts in it, each a message of one or of several.</summary>
    internal ConcurrentQueue<OutboundMessage> Mails { get; } = new();

    internal Instant Now => clock.Now;

    internal ISubscriptions Subscriptions => services.GetRequiredService<ISubscriptions>();

    internal Watcher Watcher => services.GetRequiredService<Watcher>();

    /// <summary>All that the world is made of, for a web server over it.</summary>
    internal IEnumerable<(Type Type, object Part)> Parts => types.Select(
        type => (type, services.GetRequiredService(type)));

    internal T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

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

    /// <summary>An instant written as <c>2025-11-01 09:00</c>, in UTC.</summary>
    internal static Instant Utc(string text) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(text).Value.InUtc().ToInstant();

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

    /// <summary>Subscribes and confirms at once.</summary>
    internal async Task<Subscription> Subscribe(
        string leads,
        string zone = "UTC",
        string at = "09:00",
        string[]? topics = null,
        string? quiet = null,
        string? address = null)
    {
        return await Subscribe(Preferences(leads, zone, at, topics, quiet), address);
    }

    /// <inheritdoc cref="Subscribe(string, string, string, string[], string?, string?)"/>
    internal async Task<Subscription> Subscribe(Preferences preferences, string? address = null)
    {
        var pending = await Subscriptions.SubscribeEmailAsync(
            address ?? $"{Guid.NewGuid():N}@example.com",
            preferences,
            CancellationToken.None);
        await Watcher.CatchUpAsync(CancellationToken.None);
        return (await Subscriptions.ConfirmAsync(pending.Id, CancellationToken.None))!; // pending a moment ago
    }

    /// <summary>Subscribes an endpoint, which answers its verification at once.</summary>
    internal async Task<Subscription> SubscribeWebhook(string leads, string[]? topics = null)
    {
        var pending = await Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook",
            WebhookFormat.Standard,
            Preferences(leads, topics: topics),
            null,
            SubscriptionIdentity.Random(),
            CancellationToken.None);
        await Settle();
        return (await Subscriptions.FindAsync(pending!.Id, CancellationToken.None))!; // made from a seed of its own
    }

    internal static Preferences Preferences(
        string leads,
        string zone = "UTC",
        string at = "09:00",
        string[]? topics = null,
        string? quiet = null)
    {
        var hours = quiet?.Split('-').Select(Time).ToArray();
        return new Preferences(
            [],
            topics ?? [],
            [.. leads.Split(' ').Select(Lead)],
            DateTimeZoneProviders.Tzdb[zone],
            Time(at),
            hours is null ? null : new QuietHours(hours[0], hours[1]));
    }

    /// <summary>
    /// Adds or revises a date; <paramref name="when"/> as <c>2025-11-10 00:01</c> or <c>2025-11-10</c>.
    /// </summary>
    internal async Task Date(
        string id,
        string when,
        string zone = "UTC",
        DateStatus status = DateStatus.Confirmed,
        string[]? topics = null,
        string title = "Something happens",
        string? end = null,
        string? reason = null)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        await Get<IKeyDates>()
            .SaveAsync(
                new KeyDate(
                    id,
                    title,
                    null,
                    topics ?? ["tariffs"],
                    Moment(when, zone),
                    end is null ? null : Moment(end, zone),
                    status,
                    null,
                    null,
                    0),
                reason,
                null,
                CancellationToken.None);
        Get<ChangeSignal>().Raise();
    }

    /// <summary>Imports dates of UTC, written as for <see cref="Date"/>.</summary>
    internal async Task Import(params IEnumerable<(string Id, string When)> dates)
    {
        var imports = Get<DateImports>();
        var plan = await imports.PlanAsync(new ImportFile(
            [.. dates.Select(one => new GivenDate(
                new KeyDate(one.Id, one.Id, null, ["tariffs"], MomentOf(one.When), null, DateStatus.Confirmed, null,
                    null, 0), null))], [], []), CancellationToken.None);
        await imports.SaveAsync(plan, CancellationToken.None);
    }

    internal async Task Cancel(string id)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        var dates = Get<IKeyDates>();
        await dates.SaveAsync(
            (await dates.FindAsync(id, CancellationToken.None))!.KeyDate with
            {
                Status = DateStatus.Cancelled,
            },
            null,
            null,
            CancellationToken.None); // the test added it
    }

    internal async Task Edit(Subscription subscription, Preferences preferences)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        await Subscriptions.EditAsync(subscription.Id, preferences, CancellationToken.None);
    }

    /// <summary>
    /// What a subscription has received, one line each: <c>2025-11-09 09:00 P1D r1</c> or <c>… rescheduled r2 from
    /// r1</c>.
    /// </summary>
    internal IReadOnlyList<string> Got(Subscription subscription) =>
        [.. Alerts.Where(alert => alert.Subscription.Id == subscription.Id).Select(Line)];

    internal async Task<IReadOnlyList<Delivery>> Ledger(Subscription subscription) =>
        [.. (await Get<IDeliveries>().OfAsync(subscription.Id, DeliveryFilter.Alerts, null, 1000,
            CancellationToken.None)).Select(one => one.Delivery)];

    internal Task<AuditCount> Audit() => Get<IAudit>().RunAsync(null, null, CancellationToken.None);

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

    private static string Line(OutboundAlert alert)
    {
        var at = LocalDateTimePattern
            .CreateWithInvariantCulture("uuuu-MM-dd HH:mm")
            .Format(alert.At.InUtc().LocalDateTime);
        var what = alert.Kind == AlertKind.Reminder ? alert.Lead : $"{alert.Kind.Word()}";
        var before = alert.Previous is { } previous ? $" from r{previous.Revision}" : "";
        return $"{at} {what} r{alert.Date.KeyDate.Revision}{before}{(alert.IsLate ? " late" : "")}";
    }

    private static LocalTime Time(string text) =>
        LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;

    private static Lead Lead(string text) =>
        LeadText.TryParse(text, out var lead, out var error) ? lead : throw new ArgumentException(error);

    /// <summary>A moment of UTC, written as <c>2025-11-10 00:01</c> or <c>2025-11-10</c>.</summary>
    internal static Moment MomentOf(string text) => Moment(text, "UTC");

    private static Moment Moment(string text, string zone) =>
        new(
            LocalDatePattern.Iso.Parse(text[..10]).Value,
            text.Length > 10 ? Time(text[11..]) : null,
            DateTimeZoneProviders.Tzdb[zone]);

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
