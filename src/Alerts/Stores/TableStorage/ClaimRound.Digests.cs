using System.Collections.Concurrent;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <content>Which rows travel as one message, and what a round knows of them.</content>
internal sealed partial class ClaimRound
{
    /// <summary>
    /// If a row could not be processed, holds back the rows that its message names for the same subscription, so that
    /// they are not sent without it. Also holds back the rows of a digest whose claim has begun and did not reach them:
    /// they go with the row with which it began.
    /// </summary>
    private List<Part> WithoutHeldBack(
        IReadOnlyList<ClaimRequest> requests, ClaimResult?[] results, List<int> open, IEnumerable<Part> toSend)
    {
        var failed = open.Where(index => results[index]?.Failure is not null && requests[index].MaxAlertsPerMessage > 1)
            .ToLookup(index => (requests[index].Message, requests[index].Alert.SubscriptionId),
                index => results[index]!); // not null: it has a failure
        var (kept, claimed) = (new List<Part>(), begun.ToHashSet());
        foreach (var part in toSend)
        {
            var its = failed[(requests[part.Index!.Value].Message, part.Row.SubscriptionId)].FirstOrDefault()
                ?? (part.Row.IsOneOf(claimed) ? ClaimResult.Nothing : null);
            results[part.Index.Value] = its;
            if (its is null)
            {
                kept.Add(part);
            }
        }

        return kept;
    }

    private async Task<IReadOnlyList<Together>> MessagesAsync(IReadOnlyList<Part> toSend, ClaimResult?[] results)
    {
        var fresh = toSend.Where(part => part.MayTravelTogether && part.Row.DigestId is null)
            .GroupBy(part => (
                part.Row.SubscriptionId, part.Row.NextAt, IsReminder: part.Row.Kind == AlertKind.Reminder))
            .SelectMany(group => OutboundDigest.InOrder(group, part => part.Message)
                .Chunk(group.First().MaxAlertsPerMessage))
            .Select(parts => new Together(
                parts.Length == 1 ? null : AlertKey.OfSeveral(parts.Select(part => part.Message.Id)), parts));
        var messages = new ConcurrentBag<Together>(fresh);
        var retried = toSend.Where(part => part.Row.DigestId is not null)
            .GroupBy(part => (part.Row.SubscriptionId, Id: part.Row.DigestId!)); // filtered just above
        await Parallel.ForEachAsync(retried, TableOperations.AtOnce, async (parts, _) =>
        {
            try
            {
                foreach (var message in await RetriedAsync(parts.Key.SubscriptionId, parts.Key.Id, [.. parts]))
                {
                    messages.Add(message);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Fail(parts, e, results);
            }
        });
        return [.. messages, .. toSend.Where(part => !part.MayTravelTogether && part.Row.DigestId is null)
            .Select(part => new Together(null, [part]))];
    }

    /// <summary>
    /// Builds the message of a digest that is sent again, from all of its rows. They go together at the latest of the
    /// instants at which they are retried, which differ only if a process ended before it had marked the result on all
    /// of them. While one waits for another alert of its date, all of them wait: sent by itself, it would not be
    /// recognized as a repeat of what may have arrived under the digest's id. A row that an edit has made due later
    /// leaves the digest, because its moment is another. Under the digest's id nothing may be sent later that was not
    /// in an earlier attempt: a mail program could take the message for a repeat.
    /// </summary>
    private async Task<IReadOnlyList<Together>> RetriedAsync(string subscriptionId, string id, List<Part> parts)
    {
        var named = parts.Select(part => (part.Row.Entity.PartitionKey, part.Row.Entity.RowKey)).ToHashSet();
        var all = await rows.OfAsync(subscriptionId, cancel);
        var claimed = all.Where(row => row.DigestId == id).SelectMany(row => row.DigestKeys).ToHashSet();
        var others = all.Where(row => (row.DigestId == id || row.IsOneOf(claimed))
            && !named.Contains((row.Entity.PartitionKey, row.Entity.RowKey))).ToList();
        var soon = now + SendDecision.Later.Pause;
        var awaited = others.Where(row => row.NextAt is { } next
            ? next > now && (row.State == DeliveryState.Sending || row.DueAt <= now)
            : row.State == DeliveryState.Sending).ToList();
        if (awaited.Count > 0)
        {
            // An attempt that is under way or in doubt may have reached the reader under this id. The latest instant is
            // the same for each of them, so they do not wait for one another in turn.
            var until = awaited.Max(row => row.NextAt ?? soon);
            Add(awaited.Where(row => !row.IsWaiting).Select(row => ((int?)null, BreakOff(row, until))));
            Postpone(until);
            return [];
        }

        foreach (var row in others.Where(row => row.IsWaiting))
        {
            if (row.NextAt > now)
            {
                changes.Add((null, Waiting(row, one => one.DigestId = null)));
            }
            else if (await CheckAsync(null, row) is { } message)
            {
                parts.Add(new Part(null, row, message, parts[0].MaxAlertsPerMessage));
            }
        }

        if (postponed.ContainsKey((subscriptionId, id)))
        {
            Postpone(soon);
            return [];
        }

        return [new Together(id, parts)];

        void Postpone(Instant until) =>
            Add(parts.Select(part => (part.Index, Waiting(part.Row, one => one.Wait(one.State, until)))));

        void Add(IEnumerable<(int? Index, RowChange Change)> several)
        {
            foreach (var one in several)
            {
                changes.Add(one);
            }
        }
    }

    /// <summary>
    /// A message with those of its rows that wait as before, or that another round has meanwhile let wait for the
    /// attempt begun here (see <see cref="RetriedAsync"/>): under the same id, they cannot come later.
    /// </summary>
    /// <param name="rest">What became of writing its rows; takes in those that are written again.</param>
    private async Task<Together> WithAwaitingAsync(Together message, ConcurrentDictionary<LedgerRow, Replaced> rest)
    {
        var parts = new List<Part>();
        foreach (var part in message.Parts)
        {
            var last = part.Row;
            try
            {
                while (rest.GetValueOrDefault(last) is { IsWritten: false, Failure: null }
                    && await rows.FindAsync(last.Name, cancel) is { IsWaiting: true } row
                    && (row.DigestId == message.DigestId || row.IsFresh)
                    && row.DueAt == last.DueAt && row.Expires == last.Expires)
                {
                    Begin(row, message.DigestId);
                    rest[row] = (await ReplaceAsync([row]))[row];
                    last = row;
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                rest[last] = new Replaced(false, e);
            }

            parts.Add(part with { Row = last });
        }

        return message with { Parts = parts };
    }

    private void Begin(LedgerRow row, string? digestId) =>
        (row.State, row.AttemptAt, row.NextAt, row.LeasedUntil, row.Begun, row.DigestId) = (
            DeliveryState.Sending, now, null, real.GetUtcNow() + Lease, order.Next(), digestId);

    /// <summary>The result of writing a row.</summary>
    /// <param name="IsWritten">False if the row has changed since it was read.</param>
    private sealed record Replaced(bool IsWritten, Exception? Failure);

    /// <summary>A row that is to be sent.</summary>
    /// <param name="Index">The index of its request; null if no request named it.</param>
    private sealed record Part(int? Index, LedgerRow Row, OutboundMessage Message, int MaxAlertsPerMessage)
    {
        /// <summary>Whether the row may become part of a new digest.</summary>
        public bool MayTravelTogether => MaxAlertsPerMessage > 1 && Row.Kind != AlertKind.Service
            && Row.Due is { IsFirstAttempt: true, IsResent: false };

        public TableClaim ToClaim(string? digestId) => new TableClaim(Row, Message) { DigestId = digestId };
    }

    /// <summary>Rows that are sent as one message.</summary>
    private sealed record Together(string? DigestId, IReadOnlyList<Part> Parts)
    {
        /// <summary>The row to write first, the same for every process that claims the message.</summary>
        public LedgerRow First { get; } = Parts.MinBy(
            part => part.Row.Entity.PartitionKey + "\n" + part.Row.Entity.RowKey, StringComparer.Ordinal)!.Row;

        public IEnumerable<LedgerRow> Rest => Parts.Select(part => part.Row).Where(row => row != First);
    }
}
