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
        services.AddSingleton<SqliteRecovery>();
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
