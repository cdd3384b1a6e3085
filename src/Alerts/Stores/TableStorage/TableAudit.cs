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
            var states = (await tables.Subscriptions.ListAsync(Keys.Shard(shard), "", cancel)).Select(entity =>
                new SubscriptionState(entity, channels)).ToList();
            var byName = await RowsAsync(histories, shard, cancel);
            foreach (var state in states)
            {
                var versions = new List<SubscriptionVersion>();
                foreach (var version in state.Versions)
                {
                    var preferences = await plan.FindAsync(version.PreferenceSet, cancel);
                    versions.Add(new SubscriptionVersion(version.RecordedAt, version.Status, preferences)
                    { Order = version.Order });
                }

                foreach (var history in histories)
                {
                    count.About = (state.Id, history[0].KeyDate.Id);
                    audit.Judge(history, versions, byName.GetValueOrDefault((state.Id, history[0].KeyDate.Id), []),
                        from, upTo, count);
                }
            }
        }

        return count;
    }

    private async Task<Dictionary<(string Subscription, string Date),
        List<AuditRow>>> RowsAsync(IReadOnlyList<IReadOnlyList<DateVersion>> histories, int shard,
        CancellationToken cancel)
    {
        var byName = new Dictionary<(string, string), List<AuditRow>>();
        foreach (var history in histories)
        {
            await foreach (var row in rows.OfShardAsync(history[0].KeyDate.Id, shard, cancel))
            {
                var name = (row.SubscriptionId, row.DateId);
                if (!byName.TryGetValue(name, out var list))
                {
                    byName[name] = list = [];
                }

                list.Add(new AuditRow(
                    new AlertName(row.Revision, row.Kind, row.Lead), row.DueAt, row.Expires, row.State, row.Reason,
                    row.IsResent, row.Attempts));
            }
        }

        return byName;
    }
}
