using Azure;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Operations on a table. Every write carries a unique mark: if the response is lost and the library sends the write
/// again, the mark shows that the resulting conflict is our own success.
/// </summary>
internal static class TableOperations
{
    /// <summary>Maximum number of entities per transaction (Azure Table Storage, entity group transactions).</summary>
    public const int MaxInTransaction = 100;

    /// <summary>
    /// Maximum size of the entities of a transaction in bytes: 4 MiB (Azure Table Storage), less the
    /// overhead around them.
    /// </summary>
    private const int MaxBytes = 4_000_000;

    /// <summary>Maximum number of entities per page of a query.</summary>
    public const int PageSize = 1000;

    /// <summary>Limits operations to 32 in parallel.</summary>
    public static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 32 };

    private const string Mark = "Mark";

    public static async Task<TableEntity?> FindAsync(
        this TableClient table, string partition, string row, CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancel);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Reads all entities of a partition whose row keys have a prefix, in order.</summary>
    public static async Task<List<TableEntity>> ListAsync(
        this TableClient table, string partition, string prefix, CancellationToken cancel) =>
        await table.QueryAsync<TableEntity>(
            $"PartitionKey eq '{partition}' and RowKey ge '{prefix}' and RowKey lt '{Keys.After(prefix)}'",
            cancellationToken: cancel).ToListAsync(cancel);

    /// <summary>Inserts an entity; returns false if one with the same keys exists.</summary>
    public static async Task<bool> TryInsertAsync(this TableClient table, TableEntity entity, CancellationToken cancel)
    {
        entity[Mark] = NewMark();
        try
        {
            entity.ETag = (await table.AddEntityAsync(entity, cancel)).Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return await IsOursAsync(table, entity, cancel);
        }
    }

    /// <summary>
    /// Replaces an entity that was read; returns false if it has changed since. On success, the entity has
    /// its new ETag.
    /// </summary>
    public static async Task<bool> TryReplaceAsync(this TableClient table, TableEntity entity, CancellationToken cancel)
    {
        entity[Mark] = NewMark();
        try
        {
            var answer = await table.UpdateEntityAsync(entity, entity.ETag, TableUpdateMode.Replace, cancel);
            entity.ETag = answer.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return await IsOursAsync(table, entity, cancel);
        }
    }

    /// <summary>Inserts a new entity, or replaces one that was read; false if another write was faster.</summary>
    public static Task<bool> TryWriteAsync(
        this TableClient table, TableEntity entity, bool isNew, CancellationToken cancel) =>
        isNew ? table.TryInsertAsync(entity, cancel) : table.TryReplaceAsync(entity, cancel);

    /// <summary>
    /// Replaces entities of one partition, at most <see cref="MaxInTransaction"/>, that were read. Writes them in
    /// one transaction if none has changed since, else one by one.
    /// </summary>
    /// <returns>
    /// Whether each was replaced, in the order of <paramref name="entities"/>. Those that were have their new ETags.
    /// </returns>
    public static async Task<IReadOnlyList<bool>> TryReplaceAllAsync(
        this TableClient table, IReadOnlyList<TableEntity> entities, CancellationToken cancel)
    {
        if (entities.Count > 1)
        {
            try
            {
                await SubmitMarkedAsync(
                    table, entities, entity => new(TableTransactionActionType.UpdateReplace, entity, entity.ETag),
                    cancel);
                return [.. entities.Select(_ => true)];
            }
            catch (TableTransactionFailedException e) when (e.Status is 412 or 404)
            {
                // Either one has changed, or all were written and the response was lost.
                if (await IsOursAsync(table, entities[0], cancel))
                {
                    var rest = entities.Skip(1).Select(entity => IsOursAsync(table, entity, cancel));
                    return [true, .. await Task.WhenAll(rest)];
                }
            }
        }

        return await Task.WhenAll(entities.Select(entity => table.TryReplaceAsync(entity, cancel)));
    }

    public static Task UpsertAsync(this TableClient table, TableEntity entity, CancellationToken cancel) =>
        table.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancel);

    /// <summary>Deletes an entity, whatever its ETag, if it exists.</summary>
    public static Task DropAsync(this TableClient table, string partition, string row, CancellationToken cancel) =>
        table.DeleteEntityAsync(partition, row, ETag.All, cancel);

    /// <summary>
    /// Inserts entities of one partition, at most <see cref="MaxInTransaction"/>: all of them, or none (false) if
    /// one exists already.
    /// </summary>
    public static async Task<bool> TryInsertAllAsync(
        this TableClient table, IReadOnlyList<TableEntity> entities, CancellationToken cancel)
    {
        try
        {
            await SubmitMarkedAsync(table, entities, entity => new(TableTransactionActionType.Add, entity), cancel);

            return true;
        }
        catch (TableTransactionFailedException e) when (e.Status == 409)
        {
            // If all were written and the response was lost, IsOursAsync sets their ETags.
            return await IsOursAsync(table, entities[0], cancel)
                && (await Task.WhenAll(entities.Skip(1).Select(entity => IsOursAsync(table, entity, cancel)))).All(
                    isOurs => isOurs);
        }
    }

    /// <summary>
    /// Performs several writes to one partition, at most <see cref="MaxInTransaction"/>: all of them, or none (false)
    /// if an entity has changed, was inserted or was deleted meanwhile.
    /// </summary>
    public static async Task<bool> TryWriteAllAsync(
        this TableClient table, List<TableTransactionAction> actions, CancellationToken cancel)
    {
        var first = (TableEntity)actions[0].Entity;
        first[Mark] = NewMark();
        try
        {
            await SubmitAsync(table, actions, cancel);
            return true;
        }
        catch (TableTransactionFailedException e) when (e.Status is 409 or 412 or 404)
        {
            return await IsOursAsync(table, first, cancel);
        }
    }

    public static Task UpsertAllAsync(
        this TableClient table, IEnumerable<TableEntity> entities, CancellationToken cancel) =>
        ForEachBatchAsync(entities, batch => SubmitAsync(
            table,
            [.. batch.Select(entity => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity))],
            cancel));

    /// <summary>Splits entities into batches of at most one transaction, and runs the work for each.</summary>
    public static async Task ForEachBatchAsync(
        IEnumerable<TableEntity> entities, Func<IReadOnlyList<TableEntity>, Task> work) =>
        await Parallel.ForEachAsync(
            entities.GroupBy(entity => entity.PartitionKey).SelectMany(Batches), AtOnce,
            async (batch, _) => await work(batch));

    private static IEnumerable<IReadOnlyList<TableEntity>> Batches(IEnumerable<TableEntity> partition)
    {
        var (batch, bytes) = (new List<TableEntity>(), 0);
        foreach (var entity in partition)
        {
            var size = MaxBytesOf(entity);
            if (batch.Count == MaxInTransaction || (batch.Count > 0 && bytes + size > MaxBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(entity);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <summary>An upper bound of an entity's size: a character takes up to six bytes (<c>\u003C</c>).</summary>
    private static int MaxBytesOf(TableEntity entity) =>
        4_096 + 6 * entity.Select(property => property.Value).OfType<string>().Sum(text => text.Length);

    /// <summary>
    /// Writes entities in one transaction, with a mark by which <see cref="IsOursAsync"/> recognizes them; they get
    /// their new ETags.
    /// </summary>
    private static async Task SubmitMarkedAsync(
        TableClient table, IReadOnlyList<TableEntity> entities, Func<TableEntity, TableTransactionAction> action,
        CancellationToken cancel)
    {
        var mark = NewMark();
        foreach (var entity in entities)
        {
            entity[Mark] = mark;
        }

        var answers = await SubmitAsync(table, [.. entities.Select(action)], cancel);
        for (var i = 0; i < entities.Count; i++)
        {
            entities[i].ETag = answers[i].Headers.ETag ?? default;
        }
    }

    /// <summary>Checks the limits here, because Azurite accepts transactions that Azure rejects.</summary>
    private static async Task<IReadOnlyList<Response>> SubmitAsync(
        TableClient table, List<TableTransactionAction> actions, CancellationToken cancel)
    {
        if (actions.Count > MaxInTransaction
            || actions.Select(action => action.Entity.PartitionKey).Distinct().Count() != 1)
        {
            throw new InvalidOperationException(
                $"A transaction has at most {MaxInTransaction} entities of one partition, not {actions.Count}.");
        }

        return (await table.SubmitTransactionAsync(actions, cancel)).Value;
    }

    private static async Task<bool> IsOursAsync(TableClient table, TableEntity entity, CancellationToken cancel)
    {
        var there = await table.FindAsync(entity.PartitionKey, entity.RowKey, cancel);
        if (there?.GetString(Mark) != entity.GetString(Mark))
        {
            return false;
        }

        entity.ETag = there.ETag;
        return true;
    }

    private static string NewMark() => Guid.NewGuid().ToString("N");
}
