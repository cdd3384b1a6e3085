using System.Security.Cryptography;
using Alerts.Subscriptions;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>The tables of one storage account, with the service's own key; made when absent.</summary>
internal sealed class Tables
{
    private const string KeyPartition = "key";
    private const string KeyRow = "token";

    /// <exception cref="IOException">The account cannot be reached or refuses us.</exception>
    public Tables(TableServiceClient service)
    {
        Dates = service.GetTableClient("alertsdates");
        Subscriptions = service.GetTableClient("alertssubscriptions");
        Plan = service.GetTableClient("alertsplan");
        Ledger = service.GetTableClient("alertsledger");
        State = service.GetTableClient("alertsstate");
        try
        {
            // The key is the last that is made: a start that finds it asks for nothing else.
            Key = FindKey() ?? MakeAll();
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or AuthenticationFailedException)
        {
            var last = e is AggregateException { InnerExceptions: [.., var of] } ? of : e; // of several tries
            throw new IOException($"cannot use the tables of {service.Uri.Host}: {(last as RequestFailedException)?.ErrorCode ?? last.Message}", e);
        }
    }

    /// <summary>Made by whoever starts first.</summary>
    public StoredTokenKey Key { get; }

    /// <summary>One partition a date: its versions, its change notes, the shipped entries it has had. And the list of dates as they are now.</summary>
    public TableClient Dates { get; }

    /// <summary>Subscriptions in shards of their ids, and what finds them: by schedule, by address, by age.</summary>
    public TableClient Subscriptions { get; }

    /// <summary>Schedules, who follows what, and the plan, a partition a day.</summary>
    public TableClient Plan { get; }

    /// <summary>The ledger, in partitions of date and shard, and what finds its rows.</summary>
    public TableClient Ledger { get; }

    /// <summary>How far the watcher has come, what is still to be followed, the key.</summary>
    public TableClient State { get; }

    private StoredTokenKey? FindKey() =>
        State.GetEntityIfExists<TableEntity>(KeyPartition, KeyRow) is { HasValue: true, Value: var found } ? new StoredTokenKey(found!.GetBinary("Value")) : null;

    private StoredTokenKey MakeAll()
    {
        foreach (var table in (TableClient[])[Dates, Subscriptions, Plan, Ledger, State])
        {
            table.CreateIfNotExists();
        }

        try
        {
            State.AddEntity(new TableEntity(KeyPartition, KeyRow) { ["Value"] = RandomNumberGenerator.GetBytes(32) });
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Somebody else was quicker.
        }

        return FindKey() ?? throw new InvalidOperationException("The service's key was there a moment ago.");
    }
}
