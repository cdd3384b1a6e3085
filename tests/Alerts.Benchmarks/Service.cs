using Alerts.App;
using Alerts.Dates;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Benchmarks;

/// <summary>
/// The service with its production wiring, over a database on disk and a clock that moves only when
/// a benchmark moves it.
/// </summary>
internal sealed class Service : IDisposable
{
    public static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    /// <summary>Number of subscriptions seeded per transaction.</summary>
    private const int SeedPage = 100_000;

    private readonly ServiceProvider provider;

    /// <param name="folder">The data folder; created when absent, otherwise its data is used.</param>
    public Service(string folder)
    {
        Clock = new ServiceClock(TimeProvider.System, Start, speed: 0);
        var data = new DataFolder(folder, Path.Combine(folder, "alerts.db"));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAlerts(
            new Settings(new ConfigurationBuilder().Build()),
            data,
            Clock,
            new PublicUrl(new Uri("http://127.0.0.1:7071")),
            withCatalogue: false);
        provider = services.BuildServiceProvider();
    }

    public ServiceClock Clock { get; }

    public Database Database => Get<Database>();

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    /// <summary>
    /// Adds active email subscriptions, spread evenly over the preferences, by SQL into the service's own tables.
    /// </summary>
    public void AddSubscriptions(int count, IReadOnlyList<Preferences> preferences)
    {
        var schedules = Database.Write(
            (session, now) =>
                preferences.Select(one => Get<SqlitePlan>().PreferenceSetOf(session, one, now)).ToList());
        for (var from = 0; from < count; from += SeedPage)
        {
            Database.Write(
                (session, _) =>
                {
                    session.Execute(
                        """
                        WITH RECURSIVE n (i) AS (SELECT @1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @2)
                        INSERT INTO subscriptions (no, id, channel, address, lane, status, created_at, since,
                            schedule, wish, generation, secrets)
                        SELECT i + 1, 'sub_' || lower(hex(randomblob(13))), 'email', 'reader' || i || '@example.com',
                            0, 1, 0, 0, s.no, s.wish, 1, '[]'
                        FROM n JOIN schedules s ON s.no = json_extract(@3, '$[' || (i % @4) || ']')
                        """,
                        from,
                        Math.Min(count, from + SeedPage),
                        System.Text.Json.JsonSerializer.Serialize(schedules),
                        schedules.Count);
                    session.Execute(
                        """
                        INSERT INTO subscription_versions (subscription_no, number, recorded_at, status, since,
                            schedule)
                        SELECT no, 1, created_at, status, since, schedule FROM subscriptions WHERE no > @1
                        """,
                        from);
                }
            );
        }
    }

    /// <summary>Adds a confirmed date at an instant, in UTC.</summary>
    public async Task AddAsync(string id, Instant at)
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
    }

    public void Dispose() => provider.Dispose();

    /// <summary>Returns preferences that follow every date, with these leads and this hour.</summary>
    public static Preferences Preferences(string zone, int hour, params string[] leads) =>
        new(
            [],
            [],
            [
                .. leads.Select(text =>
                    LeadText.TryParse(text, out var lead, out var error)
                        ? lead
                        : throw new InvalidOperationException(error)),
            ],
            DateTimeZoneProviders.Tzdb[zone],
            new LocalTime(hour, 0),
            null);
}
