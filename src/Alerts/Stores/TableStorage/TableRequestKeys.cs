using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>Stores the requests of idempotency keys. Once a day each process deletes those older than a day.</summary>
internal sealed class TableRequestKeys(Tables tables, ServiceClock clock) : IRequestKeys
{
    private const string Partition = "requestkeys";
    private const string At = "At";

    private Instant purgedAt = Instant.MinValue;

    public async Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel)
    {
        await PurgeAsync(cancel);
        while (true)
        {
            var now = clock.Now;
            var there = await tables.State.FindAsync(Partition, key, cancel);
            if (there is not null && there.Instant(At) >= now - KeptRequest.Lasts)
            {
                return new KeptRequest(there.Text("Request"), there.Instant(At));
            }

            var entity = there ?? new TableEntity(Partition, key);
            entity["Request"] = request;
            entity.SetInstant(At, now);
            if (await tables.State.TryWriteAsync(entity, isNew: there is null, cancel))
            {
                return new KeptRequest(request, now);
            }
        }
    }

    private async Task PurgeAsync(CancellationToken cancel)
    {
        var before = clock.Now - KeptRequest.Lasts;
        if (purgedAt > before)
        {
            return;
        }

        purgedAt = clock.Now;
        var old = FormattableString.Invariant(
            $"PartitionKey eq '{Partition}' and {At} lt {before.ToUnixTimeMilliseconds()}L");
        await foreach (var entity in tables.State.QueryAsync<TableEntity>(old, cancellationToken: cancel))
        {
            await tables.State.DropAsync(Partition, entity.RowKey, cancel);
        }
    }
}
