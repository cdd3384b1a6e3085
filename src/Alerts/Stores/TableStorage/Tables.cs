using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>The tables of one storage account; made when absent.</summary>
internal sealed class Tables
{
    /// <exception cref="IOException">The account cannot be reached or refuses us.</exception>
    public Tables(TableServiceClient service)
    {
        try
        {
            Dates = Open(service, "alertsdates");
            Subscriptions = Open(service, "alertssubscriptions");
            Plan = Open(service, "alertsplan");
            Ledger = Open(service, "alertsledger");
            State = Open(service, "alertsstate");
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or AuthenticationFailedException)
        {
            var last = e is AggregateException { InnerExceptions: [.., var of] } ? of : e; // of several tries
            throw new IOException($"cannot use the tables of {service.Uri.Host}: {(last as RequestFailedException)?.ErrorCode ?? last.Message}", e);
        }
    }

    /// <summary>One partition a date: its versions, its change notes, the shipped entries it has had. And the list of dates as they are now.</summary>
    public TableClient Dates { get; }

    /// <summary>Subscriptions in shards of their ids, and what finds them: by schedule, by address, by age.</summary>
    public TableClient Subscriptions { get; }

    /// <summary>Schedules, who follows what, and the plan, a partition a day.</summary>
    public TableClient Plan { get; }

    /// <summary>The ledger, in partitions of date and shard, and what finds its rows.</summary>
    public TableClient Ledger { get; }

    /// <summary>How far the watcher has come, what is still to be followed, the token key.</summary>
    public TableClient State { get; }

    private static TableClient Open(TableServiceClient service, string name)
    {
        var client = service.GetTableClient(name);
        client.CreateIfNotExists();
        return client;
    }
}
