using System.Security.Cryptography;
using Alerts.Subscriptions;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The tables of one storage account, with the service's own key. They are opened by their first use and created when
/// absent: an
/// account that cannot be reached fails that use, not the start of the process. Every member throws an <see
/// cref="IOException"/> while
/// they cannot be opened.
/// </summary>
/// <param name="real">Real time.</param>
internal sealed class Tables(TableServiceClient service, TimeProvider real)
{
    private const string KeyPartition = "key";
    private const string KeyRow = "token";

    /// <summary>How long one attempt to open them takes at most; callers wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>For how long a failed attempt answers for the next ones.</summary>
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

    /// <summary>Created by the first process that opens the tables.</summary>
    public StoredTokenKey Key => key ?? Open();

    /// <summary>
    /// One partition a date: its versions, its change notes, the shipped entries it has had. And the list of dates as
    /// they are now.
    /// </summary>
    public TableClient Dates => Opened(dates);

    /// <summary>Subscriptions in shards of their ids, and what finds them: by schedule, by address, by age.</summary>
    public TableClient Subscriptions => Opened(subscriptions);

    /// <summary>Schedules, who follows what, and the plan, a partition a day.</summary>
    public TableClient Plan => Opened(plan);

    /// <summary>The ledger, in partitions of date and shard, and what finds its rows.</summary>
    public TableClient Ledger => Opened(ledger);

    /// <summary>How far the watcher has come, what is still to be followed, the key.</summary>
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
                // The key is created last: when it is there, so is everything else.
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
            // Another process was quicker.
        }

        return FindKey(cancel) ?? throw new InvalidOperationException("The service's key was there a moment ago.");
    }
}
