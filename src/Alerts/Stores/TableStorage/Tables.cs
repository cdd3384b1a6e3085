using System.Security.Cryptography;
using Alerts.Subscriptions;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The tables of one storage account, and the service's own key. The first use opens the tables and creates any that
/// are missing, so an unreachable account fails that use and not the start of the process. Every member throws an
/// <see cref="IOException"/> while the tables cannot be opened.
/// </summary>
/// <param name="real">Real time.</param>
internal sealed class Tables(TableServiceClient service, TimeProvider real)
{
    private const string KeyPartition = "key";
    private const string KeyRow = "token";

    /// <summary>Time limit of one attempt to open the tables. Callers wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long further uses fail with the same error after a failed attempt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock opening = new();
    private readonly TableClient dates = service.GetTableClient("alertsdates");
    private readonly TableClient subscriptions = service.GetTableClient("alertssubscriptions");
    private readonly TableClient plan = service.GetTableClient("alertsplan");
    private readonly TableClient ledger = service.GetTableClient("alertsledger");
    private readonly TableClient state = service.GetTableClient("alertsstate");
    private StoredTokenKey? key;
    private IOException? failure;
    private long failedAt;

    /// <summary>The service's key, created by the first process that opens the tables.</summary>
    public StoredTokenKey Key => key ?? Open();

    /// <summary>
    /// One partition per date, with its versions, its change notes and the shipped entries it has had; and the list
    /// of current versions.
    /// </summary>
    public TableClient Dates => Opened(dates);

    /// <summary>Subscriptions, in shards by id, and their indexes by preference set, by address and by age.</summary>
    public TableClient Subscriptions => Opened(subscriptions);

    /// <summary>Preference sets, the index of followers, and the plan with one partition per day.</summary>
    public TableClient Plan => Opened(plan);

    /// <summary>The ledger, in partitions by date and shard, and its indexes.</summary>
    public TableClient Ledger => Opened(ledger);

    /// <summary>
    /// The state of the watcher, intents, the sweep index, sources, idempotency keys, and the service's key.
    /// </summary>
    public TableClient State => Opened(state);

    private TableClient Opened(TableClient table)
    {
        _ = Key;
        return table;
    }

    private StoredTokenKey Open()
    {
        lock (opening)
        {
            if (key is not null)
            {
                return key;
            }

            if (failure is not null && real.GetElapsedTime(failedAt) < Pause)
            {
                throw new IOException(failure.Message, failure.InnerException);
            }

            using var patience = new CancellationTokenSource(Patience, real);
            try
            {
                // The key is created last: if it exists, so does everything else.
                return key = FindKey(patience.Token) ?? CreateAll(patience.Token);
            }
            catch (Exception e) when (
                e is RequestFailedException or AggregateException or AuthenticationFailedException
                    or OperationCanceledException)
            {
                var last = e is AggregateException { InnerExceptions: [.., var of] } ? of : e; // of several tries
                var reason = (last as RequestFailedException)?.ErrorCode ?? last.Message;
                failure = new IOException($"cannot use the tables of {service.Uri.Host}: {reason}", e);
                failedAt = real.GetTimestamp();
                throw failure;
            }
        }
    }

    private StoredTokenKey? FindKey(CancellationToken cancel) =>
        state.GetEntityIfExists<TableEntity>(KeyPartition, KeyRow, cancellationToken: cancel)
            is { HasValue: true, Value: { } found }
            ? new StoredTokenKey(found.GetBinary("Value"))
            : null;

    private StoredTokenKey CreateAll(CancellationToken cancel)
    {
        foreach (var table in (TableClient[])[dates, subscriptions, plan, ledger, state])
        {
            table.CreateIfNotExists(cancel);
        }

        try
        {
            var bytes = RandomNumberGenerator.GetBytes(32);
            state.AddEntity(new TableEntity(KeyPartition, KeyRow) { ["Value"] = bytes }, cancel);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Another process was faster.
        }

        return FindKey(cancel) ?? throw new InvalidOperationException("The service's key was there a moment ago.");
    }
}
