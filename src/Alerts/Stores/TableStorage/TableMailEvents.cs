using Alerts.Ledger;

namespace Alerts.Stores.TableStorage;

/// <summary>News of mails, into their rows.</summary>
internal sealed class TableMailEvents(Tables tables, LedgerWriter rows, GaveUpList gaveUp) : IMailEvents
{
    public async Task<string?> RecordAsync(MailEvent news, CancellationToken cancel)
    {
        // Without its id back, the mailbox tells whose it was.
        var ids = news.SubscriptionId is { } known
            ? [known]
            : (await tables.Subscriptions.ListAsync(TableOptIn.AddressPartition(news.Address), "", cancel)).Select(entry => entry.Text("Id")).ToList();
        foreach (var id in ids)
        {
            if ((await rows.OfAsync(id, cancel)).FirstOrDefault(row => row.Name.Key == news.Key) is { } row)
            {
                var after = news.After(row.State, row.Reason);
                var entry = after == row.State ? null : await gaveUp.EnterAsync(row, after, cancel);
                await rows.ChangeAsync(row, one => Record(one, news, entry), cancel);
                return id;
            }
        }

        return null;
    }

    private static bool Record(LedgerRow row, MailEvent news, string? gaveUp)
    {
        var after = news.After(row.State, row.Reason);
        if (after == row.State && !(row is { State: DeliveryState.Delivered, Log: { } there } && news.Words is { } said && AttemptLog.Answered(there, said) != there))
        {
            return false;
        }

        if (row is { State: DeliveryState.Sending, IsWaiting: false })
        {
            // The answer is still awaited: whatever it says comes after the news and finds the row settled.
            row.Log = AttemptLog.Append(row.Log, new Attempt(row.AttemptAt ?? row.DueAt, null, null, "taken by the mail provider"));
        }

        row.Log = news.Words is { } words && row.Log is { } log ? AttemptLog.Answered(log, words) : row.Log;
        row.LeasedUntil = null;
        row.End(after, after == DeliveryState.Failed ? news.Words : null);
        row.GaveUp = gaveUp ?? row.GaveUp;
        return true;
    }
}
