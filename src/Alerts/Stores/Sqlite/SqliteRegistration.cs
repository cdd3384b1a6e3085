using System.Data;
using System.Security.Cryptography;
using Alerts.Audit;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Stores.Sqlite;

/// <summary>Registers the SQLite store, whose ledger is the queue too.</summary>
internal static class SqliteRegistration
{
    public static void AddSqlite(this IServiceCollection services, Settings settings, DataFolder data)
    {
        var hold = settings.CorrectionsHold();
        services.AddSingleton(of => new Database(data.DatabasePath, of.GetRequiredService<ServiceClock>()));
        services.AddSingleton<DateRows>();
        services.AddSingleton<SqliteDatesVersion>();
        services.AddSingleton<SqlitePlan>();
        services.AddSingleton<SqliteEdits>();
        services.AddSingleton<IKeyDates, SqliteDates>();
        services.AddSingleton<ISubscriptions, SqliteSubscriptions>();
        services.AddSingleton<IRequestKeys, SqliteRequestKeys>();
        services.AddSingleton<ISources, SqliteSources>();
        services.AddSingleton<IQueue, SqliteLedger>();
        services.AddSingleton<IDeliveries, SqliteDeliveries>();
        services.AddSingleton<IMailEvents, SqliteMailEvents>();
        services.AddSingleton<IAudit, SqliteAudit>();
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<SqliteChanges>(of, hold));
        services.AddSingleton<SqliteUpgrade>();
        services.AddSingleton<SqliteZoneUpdate>();
        services.AddSingleton<IWatch, SqliteWatch>();
        services.AddSingleton(of => new StoredTokenKey(SqliteTokenKey.Get(of.GetRequiredService<Database>())));
    }
}

/// <summary>The service's own key: 32 random bytes, generated at the first start and stored in the database.</summary>
internal static class SqliteTokenKey
{
    public static byte[] Get(Database database) => database.Write((session, _) =>
    {
        session.Execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES ('token_key', @1)",
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return Convert.FromBase64String(
            session.Text("SELECT value FROM settings WHERE name = 'token_key'")!); // inserted above
    });
}

/// <summary>Stores the requests of idempotency keys. Each call also deletes those older than a day.</summary>
internal sealed class SqliteRequestKeys(Database database) : IRequestKeys
{
    public Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel) =>
        database.WriteAsync((session, now) =>
        {
            session.Execute("DELETE FROM request_keys WHERE at < @1", now - KeptRequest.Lasts);
            session.Execute(
                "INSERT INTO request_keys (key, request, at) VALUES (@1, @2, @3) ON CONFLICT DO NOTHING",
                key, request, now);
            return session.First(
                "SELECT request, at FROM request_keys WHERE key = @1",
                row => new KeptRequest(row.GetString("request"), row.Instant("at")), key)!; // inserted above
        });
}
