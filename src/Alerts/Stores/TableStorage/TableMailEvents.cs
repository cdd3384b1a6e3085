using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>Records the events reported by a mail provider in the rows of the mails concerned.</summary>
internal sealed class TableMailEvents(Tables tables, LedgerWriter rows, GaveUpList gaveUp,
    SubscriptionFollowUp following, TableKnowledge knowledge, ServiceClock clock, RecordingOrder order,
    ChannelKinds channels) : IMailEvents
{
    public async Task<string?> RecordAsync(MailEvent news, CancellationToken cancel)
    {
        if (news.Keys.Count == 0)
        {
            return null;
        }

        // If the event does not carry the subscription id, the address identifies the subscriptions.
        foreach (var id in news.SubscriptionId is { } known ? [known] : await OfMailboxAsync(news.Address, cancel))
        {
            var found = (await rows.OfAsync(id, cancel)).Where(row => news.Keys.Contains(row.Name.Key)
                || (row.DigestId is { } digest && news.Keys.Contains(digest))).ToList();
            foreach (var row in found)
            {
                var after = news.After(row.State, row.Reason);
                var entry = after == row.State ? null : await gaveUp.EnterAsync(row, after, cancel);
                await rows.ChangeAsync(row, one => Record(one, news, entry, order), cancel);
            }

            if (found.Count > 0)
            {
                if (news.News == MailEventKind.Refused
                    && await following.FindAsync(id, cancel) is { IsOwedAlerts: true } state)
                {
                    // A row taken for delivered may not be: the subscription may know less than before.
                    await knowledge.OweCorrectionsAsync(state, clock.Now, alsoFailed: false, cancel);
                }

                return id;
            }
        }

        return null;
    }

    public async Task<IReadOnlyList<string>> MailedSinceAsync(string address, Instant since, CancellationToken cancel)
    {
        var ids = new List<string>();
        var isMailed = false;
        foreach (var id in await OfMailboxAsync(address, cancel))
        {
            if ((await following.FindAsync(id, cancel))?.Subscription is { } found
                && found.Status != SubscriptionStatus.Ended
                && string.Equals(found.Contact?.Address ?? found.Address, address, StringComparison.OrdinalIgnoreCase))
            {
                ids.Add(id);
                isMailed = isMailed || (await rows.OfAsync(id, cancel)).Any(
                    row => row.Channel == channels.Mail.Name && row.AttemptAt >= since);
            }
        }

        return isMailed ? ids : [];
    }

    /// <summary>The subscriptions that have an address as their target or as their contact.</summary>
    private async Task<IReadOnlyList<string>> OfMailboxAsync(string address, CancellationToken cancel)
    {
        var targets = await tables.Subscriptions.ListAsync(AddressEntry.Partition(address), "", cancel);
        var contacts = await tables.Subscriptions.ListAsync(TableOptIn.ContactPartition(address), "", cancel);
        return
        [
            .. targets.Select(entry => new AddressEntry(entry).SubscriptionId),
            .. contacts.Select(entry => entry.RowKey),
        ];
    }

    private static bool Record(LedgerRow row, MailEvent news, string? gaveUp, RecordingOrder order)
    {
        var after = news.After(row.State, row.Reason);
        var outcome = news.Outcome(row.Reason);
        if (!news.Changes(row.State, row.Reason, row.Log is not null)
            || (after == row.State && (row.Log is not { } there
                || AttemptLog.Answered(there, news.Words, outcome) == there)))
        {
            return false;
        }

        if (row is { State: DeliveryState.Sending, IsWaiting: false })
        {
            // The attempt is still under way. Its result arrives after this event and finds the row settled.
            var taken = new Attempt(row.AttemptAt ?? row.DueAt, null, null, "taken by the mail provider");
            row.Log = AttemptLog.Append(row.Log, row.Ended(taken with { Outcome = AttemptOutcome.Unknown }, order));
        }

        row.Log = row.Log is { } log ? AttemptLog.Answered(log, news.Words, outcome) : null;
        row.LeasedUntil = null;
        row.End(after, after == DeliveryState.Void ? row.Reason : after == DeliveryState.Failed ? news.Words : null);
        row.GaveUp = gaveUp ?? row.GaveUp;
        return true;
    }
}
