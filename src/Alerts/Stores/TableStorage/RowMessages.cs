using Alerts.Queue;

namespace Alerts.Stores.TableStorage;

/// <summary>Makes the queue messages that name rows of the ledger.</summary>
internal static class RowMessages
{
    /// <summary>The messages for the rows that wait; all others need none.</summary>
    public static IReadOnlyList<AlertMessage> Of(IEnumerable<LedgerRow> rows)
    {
        var waiting = rows.Where(row => row.NextAt is not null).ToLookup(SharesMessages);
        return [.. waiting[false].Select(row => MessageOf([row])), .. Together(waiting[true])];
    }

    /// <summary>Whether the row is an alert whose destination takes no turns.</summary>
    private static bool SharesMessages(LedgerRow row) => row is { DestinationKey: 0, Message: null };

    /// <summary>
    /// Combines rows into as few queue messages as possible. All rows of one subscription that wait for the same
    /// instant go into one message, next to subscriptions that receive the same alerts.
    /// </summary>
    private static IEnumerable<AlertMessage> Together(IEnumerable<LedgerRow> rows)
    {
        foreach (var alike in rows.GroupBy(row => (row.Channel, row.Number, row.NextAt, row.IsFresh, row.IsSlow)))
        {
            var subscriptions = alike.GroupBy(row => row.SubscriptionId)
                .Select(its => its.OrderBy(TextOf, StringComparer.Ordinal).ToList())
                .OrderBy(its => string.Join(' ', its.Select(TextOf)), StringComparer.Ordinal);
            var (next, texts) = (new List<LedgerRow>(), new HashSet<string>());
            foreach (var its in subscriptions.SelectMany(its => its.Chunk(AlertMessage.MaxTexts)))
            {
                if (next.Count + its.Length > AlertMessage.Max
                    || (next.Count > 0 && texts.Union(its.Select(TextOf)).Count() > AlertMessage.MaxTexts))
                {
                    yield return MessageOf(next);
                    (next, texts) = ([], []);
                }

                next.AddRange(its);
                texts.UnionWith(its.Select(TextOf));
            }

            yield return MessageOf(next);
        }
    }

    /// <summary>A key that is equal for rows with the same alert text.</summary>
    private static string TextOf(LedgerRow row) => FormattableString.Invariant(
        $"{row.DateId}|{row.Revision}|{(int)row.Kind}|{row.Lead}|{row.DueAt}|{row.Expires}|{row.CreatedAt}");

    /// <param name="rows">One or more rows that wait for the same instant and have the same number.</param>
    private static AlertMessage MessageOf(List<LedgerRow> rows) => new(
        rows[0].Channel, rows[0].DestinationKey, [.. rows.Select(row => row.Name)], rows[0].Number,
        rows[0].NextAt!.Value, // only waiting rows are posted
        rows[0].IsFresh ? [.. rows.Select(row => new WrittenRow(
            row.DueAt, row.Expires, row.CreatedAt, row.Entity.ETag.ToString()))] : null)
    {
        IsSlow = rows[0].IsSlow,
    };
}
