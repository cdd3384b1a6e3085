using Alerts.Audit;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Watch;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>Registers the Table Storage store. The queue (<see cref="IAlertQueueSender"/>) is separate.</summary>
internal static class TableStorageRegistration
{
    private const string ConnectionString = "TableStorage:ConnectionString";
    private const string ServiceUri = "TableStorage:ServiceUri";

    /// <summary>
    /// Registers the services. Resolving the store throws a <see cref="BadSettingException"/> if neither or both of
    /// the connection string and the service URI are set, or if the one that is set is not valid.
    /// </summary>
    /// <param name="real">Real time, for leases.</param>
    public static void AddTableStorage(this IServiceCollection services, Settings settings, TimeProvider real)
    {
        var hold = settings.CorrectionsHold();
        services.AddSingleton(_ => new Tables(ServiceOf(settings, ClientOptions()), real));
        services.AddSingleton(of => new IntentLog(of.GetRequiredService<Tables>(), real));
        services.AddSingleton(_ => new RecordingOrder(real));
        services.AddSingleton<WatchState>();
        services.AddSingleton<TableDateList>();
        services.AddSingleton<TableDates>();
        services.AddSingleton<IKeyDates>(of => of.GetRequiredService<TableDates>());
        services.AddSingleton<TablePlan>();
        services.AddSingleton<SweepIndex>();
        services.AddSingleton<LedgerWriter>();
        services.AddSingleton<TableKnowledge>();
        services.AddSingleton<TableEdits>();
        services.AddSingleton<SubscriptionFollowUp>();
        services.AddSingleton<TableUpgrade>();
        services.AddSingleton<TableZoneUpdate>();
        services.AddSingleton<TableOptIn>();
        services.AddSingleton<ISubscriptions, TableSubscriptions>();
        services.AddSingleton<IRequestKeys, TableRequestKeys>();
        services.AddSingleton<ISources>(of => new TableSources(of.GetRequiredService<Tables>(), real));
        services.AddSingleton<GaveUpList>();
        services.AddSingleton<TableEndpoints>();
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<TableSweep>(of, real));
        services.AddSingleton<IClaimStore>(of => ActivatorUtilities.CreateInstance<TableLedger>(of, real));
        services.AddSingleton<QueueMessageHandler>();
        services.AddSingleton<IDeliveries, TableDeliveries>();
        services.AddSingleton<IMailEvents, TableMailEvents>();
        services.AddSingleton<IAudit, TableAudit>();
        services.AddSingleton<TableFanOut>();
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<TableChanges>(of, hold));
        services.AddSingleton<IWatch, TableWatch>();
        services.AddSingleton(of => of.GetRequiredService<Tables>().Key);
    }

    /// <summary>Timeouts and retries of the account's operations.</summary>
    public static TableClientOptions ClientOptions() => new()
    {
        RetryPolicy = new StoreRetryPolicy(),
        Retry = { NetworkTimeout = StoreRetryPolicy.TryTimeout },
    };

    private static TableServiceClient ServiceOf(Settings settings, TableClientOptions options)
    {
        switch (settings.Text(ConnectionString), settings.Text(ServiceUri))
        {
            case (null, null):
                throw new BadSettingException(
                    $"Alerts:{ConnectionString} is missing: write the storage account's connection string, "
                    + $"or set Alerts:{ServiceUri} to use a managed identity.");
            case ({ }, { }):
                throw new BadSettingException(
                    $"Alerts:{ConnectionString} and Alerts:{ServiceUri} are both set: keep the one for a key or the "
                    + "other for a managed identity.");
            case (null, { } text):
                return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                    ? new TableServiceClient(uri, new DefaultAzureCredential(), options)
                    : throw settings.Bad(
                        ServiceUri, "write the account's table endpoint, such as https://NAME.table.core.windows.net");
            case ({ } connection, null):
                try
                {
                    return new TableServiceClient(connection, options);
                }
                catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
                {
                    throw settings.Bad(
                        ConnectionString, "write the storage account's connection string, as its access keys show it",
                        isSecret: true);
                }
        }
    }
}
