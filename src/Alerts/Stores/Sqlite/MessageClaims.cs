using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Claims rows for a channel that sends everything to one destination, oldest first. Alerts of one subscription that
/// wait for the same instant are claimed together, as one message or several.
/// </summary>
internal sealed class MessageClaims(Claiming claiming, IChannel channel, string owner)
{
    /// <param name="free">Maximum number of messages to claim.</param>
    public List<Claim> ClaimOldest(int free)
    {
        var claims = new List<Claim>();
        var (after, subscriptionNo) = ((Instant?)Instant.MinValue, 0L);
        var (watchedTo, imports) = (WatchedTo(), OpenImports());
        while (free > 0)
        {
            var page = Page(after, subscriptionNo, watchedTo, imports, free);
            foreach (var together in page.GroupBy(row => (row.NextAt, row.SubscriptionNo)))
            {
                foreach (var message in MessagesOf([.. together]).Take(free))
                {
                    claims.AddRange(message);
                    free--;
                }
            }

            claiming.MarkClaimed(owner);
            if (page.Count == 0)
            {
                break;
            }

            (after, subscriptionNo) = (page[^1].NextAt, page[^1].SubscriptionNo);
        }

        return claims;
    }

    /// <summary>Reads the next due rows. All rows of one subscription and instant are on one page.</summary>
    private List<Candidate> Page(Instant? after, long subscriptionNo, Instant watchedTo, string imports, int wanted)
    {
        // CROSS JOIN fixes the join order: the deliveries index comes first, whatever the query planner estimates.
        const string Rows =
            """
            deliveries d CROSS JOIN subscriptions s ON s.no = d.subscription_no
            WHERE d.channel = @1 AND d.next_at IS NOT NULL
              AND (d.kind = 0 OR d.log IS NOT NULL OR ((d.kind <> 1 OR d.next_at <= @2)
                AND d.due_at NOT IN (SELECT value FROM json_each(@3))))
            """;
        var page = claiming.Query(
            Rows + " AND d.next_at <= @4 AND (d.next_at, d.subscription_no) > (@5, @6)"
            + " ORDER BY d.next_at, d.subscription_no LIMIT @7",
            channel.Name, watchedTo, imports, claiming.Now, after, subscriptionNo, wanted);
        if (page.Count == wanted)
        {
            var last = page[^1];
            page.RemoveAll(row => (row.NextAt, row.SubscriptionNo) == (last.NextAt, last.SubscriptionNo));
            page.AddRange(claiming.Query(
                Rows + " AND d.next_at = @4 AND d.subscription_no = @5",
                channel.Name, watchedTo, imports, last.NextAt, last.SubscriptionNo));
        }

        return page;
    }

    /// <summary>
    /// Groups rows of one subscription and instant into messages, each with its claims. The enumeration is lazy: rows
    /// are claimed when their message is requested.
    /// </summary>
    private IEnumerable<IReadOnlyList<Claim>> MessagesOf(List<Candidate> rows)
    {
        foreach (var together in rows.GroupBy(row => (row.DigestId, IsReminder: row.Due.Kind == AlertKind.Reminder,
            Alone: row.DigestId is null && IsAlone(row) ? row.No : 0)))
        {
            var toSend = new List<(Candidate Row, OutboundMessage Message)>();
            foreach (var row in together)
            {
                if (claiming.Check(row) is { } message)
                {
                    toSend.Add((row, message));
                }
            }

            if (together.Key.DigestId is { } id)
            {
                // While one of its alerts waits for another of the same date, the digest waits. Sent later by itself,
                // that alert would not be recognized as a repeat of what may have arrived under the digest's id.
                if (toSend.Count > 0 && !together.Any(row => claiming.Skipped.Contains(row.No)))
                {
                    LeaveAllBut(id, toSend[0].Row.SubscriptionNo, toSend.Select(one => one.Row.No));
                    yield return Claimed(toSend, id);
                }

                continue;
            }

            foreach (var chunk in OutboundDigest.InOrder(toSend, one => one.Message).Chunk(channel.MaxAlertsPerMessage))
            {
                yield return Claimed(chunk, chunk.Length == 1 ? null
                    : AlertKey.OfSeveral(chunk.Select(one => one.Message.Id)));
            }
        }
    }

    /// <summary>Whether a row that belongs to no digest is sent as a message of its own.</summary>
    private bool IsAlone(Candidate row) =>
        channel.MaxAlertsPerMessage == 1 || row.Due.Kind == AlertKind.Service || !row.Due.IsFirstAttempt
        || row.Due.IsResent;

    /// <summary>
    /// Removes from a digest the waiting rows that are not sent with it this time. Under its id nothing may be sent
    /// later that was not in an earlier attempt, because a mail program could take the message for a repeat.
    /// </summary>
    private void LeaveAllBut(string digestId, long subscriptionNo, IEnumerable<long> sent) => claiming.Session.Execute(
        """
        UPDATE deliveries SET mail = NULL WHERE mail = @1 AND subscription_no = @2 AND next_at IS NOT NULL
          AND no NOT IN (SELECT value FROM json_each(@3))
        """,
        digestId, subscriptionNo, JsonList.Of(sent));

    private List<Claim> Claimed(IEnumerable<(Candidate Row, OutboundMessage Message)> toSend, string? digestId) =>
        [.. toSend.Select(one => claiming.Claim(one.Row, one.Message, digestId))];

    /// <summary>
    /// The instant up to which finished watch runs have put all reminders into the ledger. Rows of an unfinished run
    /// are not claimed yet, since more of the same instant may follow. That delays nothing in normal operation: only
    /// a run that catches up after downtime covers reminders that are already due.
    /// </summary>
    private Instant WatchedTo() => SqliteWatch.WatchedTo(claiming.Session) ?? Instant.MinValue;

    /// <summary>
    /// The times of recording of imports with unprocessed changes, as a JSON list. What an import makes due at once
    /// is claimed only when all of it is in the ledger. A change of a single date owes each subscription one alert at
    /// most and waits for nothing.
    /// </summary>
    private string OpenImports() => JsonList.Of(claiming.Session.Numbers(
        """
        SELECT DISTINCT v.recorded_at FROM changes c
        JOIN date_versions v ON v.date_no = c.date_no AND v.number = c.version
        WHERE (SELECT count(*) FROM date_versions other WHERE other.recorded_at = v.recorded_at) > 1
        """));
}
