using Alerts.Audit;
using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Runs the audit over all subscriptions, shard by shard, without writing anything. The histories of all dates and
/// the rows of one shard are held in memory.
/// </summary>
internal sealed class TableAudit(
    Tables tables, TableDates dates, TablePlan plan, LedgerWriter rows, WatchState watch, ChannelKinds channels)
    : IAudit
{
    /// <summary>
    /// How much older than its transaction the recorded time of a change may be: it is read before the transaction,
    /// and from another machine's clock than the time of an attempt.
    /// </summary>
    private static readonly Duration Unseen = Duration.FromSeconds(5);

    public async Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel)
    {
        var upTo = to ?? (await watch.LastRunAsync(cancel))?.StartedAt ?? Instant.MinValue;
        var histories = new List<IReadOnlyList<DateVersion>>();
        foreach (var date in await dates.AllAsync(cancel))
        {
            histories.Add(await dates.HistoryAsync(date.KeyDate.Id, cancel) ?? []);
        }

        var audit = new LedgerAudit(Unseen);
        var count = new AuditCount();
        for (var shard = 0; shard < Keys.Shards; shard++)
        {
            var subscriptions = await tables.Subscriptions.ListAsync(Keys.Shard(shard), "", cancel);
            var byName = await RowsAsync(histories, shard, cancel);
            foreach (var state in subscriptions.Select(entity => new SubscriptionState(entity, channels)))
            {
                var versions = new List<SubscriptionVersion>();
                foreach (var version in state.Versions)
                {
                    var preferences = await plan.FindAsync(version.PreferenceSet, cancel);
                    versions.Add(new(version.RecordedAt, version.Status, preferences) { Order = version.Order });
                }

                foreach (var history in histories)
                {
                    count.About = (state.Id, history[0].KeyDate.Id);
                    audit.Judge(history, versions, [.. byName[count.About]], from, upTo, count);
                }
            }
        }

        return count;
    }

    /// <summary>The rows of one shard, by the ids of their subscription and date.</summary>
    private async Task<ILookup<(string SubscriptionId, string KeyDateId), AuditRow>> RowsAsync(
        IReadOnlyList<IReadOnlyList<DateVersion>> histories, int shard, CancellationToken cancel)
    {
        var read = new List<((string, string) Name, AuditRow Row)>();
        foreach (var history in histories)
        {
            await foreach (var row in rows.OfShardAsync(history[0].KeyDate.Id, shard, cancel))
            {
                read.Add(((row.SubscriptionId, row.DateId), new AuditRow(
                    new AlertName(row.Revision, row.Kind, row.Lead), row.DueAt, row.Expires, row.State, row.Reason,
                    row.IsResent, row.Attempts)));
            }
        }

        return read.ToLookup(one => one.Name, one => one.Row);
    }
}
