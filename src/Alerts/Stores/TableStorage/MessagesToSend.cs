using System.Collections.Concurrent;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <summary>Decides which of the rows of one round of claims travel as one message.</summary>
internal sealed class MessagesToSend(RowChecks checks, LedgerWriter rows, CancellationToken cancel)
{
    /// <summary>Groups the rows to be sent into messages.</summary>
    /// <param name="open">The indexes of the requests of this round.</param>
    /// <param name="results">Gets the results of requests whose rows are not sent after all.</param>
    public async Task<IReadOnlyList<MessageToSend>> OfAsync(
        IReadOnlyList<ClaimRequest> requests, ClaimResult?[] results, List<int> open)
    {
        var toSend = WithoutHeldBack(requests, results, open);
        var fresh = toSend.Where(part => part.MayTravelTogether && part.Row.DigestId is null)
            .GroupBy(part => (
                part.Row.SubscriptionId, part.Row.NextAt, IsReminder: part.Row.Kind == AlertKind.Reminder))
            .SelectMany(group => OutboundDigest.InOrder(group, part => part.Message)
                .Chunk(group.First().MaxAlertsPerMessage))
            .Select(parts => new MessageToSend(
                parts.Length == 1 ? null : AlertKey.OfSeveral(parts.Select(part => part.Message.Id)), parts));
        var messages = new ConcurrentBag<MessageToSend>(fresh);
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
                RowToSend.Fail(parts, e, results);
            }
        });
        return [.. messages, .. toSend.Where(part => !part.MayTravelTogether && part.Row.DigestId is null)
            .Select(part => new MessageToSend(null, [part]))];
    }

    /// <summary>
    /// If a row could not be processed, holds back the rows that its message names for the same subscription, so that
    /// they are not sent without it. Also holds back the rows of a digest whose claim has begun and did not reach them:
    /// they go with the row with which it began.
    /// </summary>
    private List<RowToSend> WithoutHeldBack(
        IReadOnlyList<ClaimRequest> requests, ClaimResult?[] results, List<int> open)
    {
        var failed = open.Where(index => results[index]?.Failure is not null && requests[index].MaxAlertsPerMessage > 1)
            .ToLookup(index => (requests[index].Message, requests[index].Alert.SubscriptionId),
                index => results[index]!); // not null: it has a failure
        var (kept, claimed) = (new List<RowToSend>(), checks.Begun.ToHashSet());
        foreach (var part in checks.ToSend)
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

    /// <summary>
    /// Builds the message of a digest that is sent again, from all of its rows. They go together at the latest of the
    /// instants at which they are retried, which differ only if a process ended before it had marked the result on all
    /// of them. While one waits for another alert of its date, all of them wait: sent by itself, it would not be
    /// recognized as a repeat of what may have arrived under the digest's id. A row that an edit has made due later
    /// leaves the digest, because its moment is another. Under the digest's id nothing may be sent later that was not
    /// in an earlier attempt: a mail program could take the message for a repeat.
    /// </summary>
    private async Task<IReadOnlyList<MessageToSend>> RetriedAsync(
        string subscriptionId, string id, List<RowToSend> parts)
    {
        var named = parts.Select(part => (part.Row.Entity.PartitionKey, part.Row.Entity.RowKey)).ToHashSet();
        var all = await rows.OfAsync(subscriptionId, cancel);
        var claimed = all.Where(row => row.DigestId == id).SelectMany(row => row.DigestKeys).ToHashSet();
        var others = all.Where(row => (row.DigestId == id || row.IsOneOf(claimed))
            && !named.Contains((row.Entity.PartitionKey, row.Entity.RowKey))).ToList();
        var (now, soon) = (checks.Now, checks.Now + SendDecision.Later.Pause);
        var awaited = others.Where(row => row.NextAt is { } next
            ? next > now && (row.State == DeliveryState.Sending || row.DueAt <= now)
            : row.State == DeliveryState.Sending).ToList();
        if (awaited.Count > 0)
        {
            // An attempt that is under way or in doubt may have reached the reader under this id. The latest instant is
            // the same for each of them, so they do not wait for one another in turn.
            var until = awaited.Max(row => row.NextAt ?? soon);
            foreach (var row in awaited.Where(row => !row.IsWaiting))
            {
                checks.Change(null, checks.BreakOff(row, until));
            }

            Postpone(until);
            return [];
        }

        foreach (var row in others.Where(row => row.IsWaiting))
        {
            if (row.NextAt > now)
            {
                checks.Change(null, RowChecks.WhileWaiting(row, one => one.DigestId = null));
            }
            else if (await checks.CheckAsync(null, row) is { } message)
            {
                parts.Add(new RowToSend(null, row, message, parts[0].MaxAlertsPerMessage));
            }
        }

        if (checks.IsPostponed(subscriptionId, id))
        {
            Postpone(soon);
            return [];
        }

        return [new MessageToSend(id, parts)];

        void Postpone(Instant until)
        {
            foreach (var part in parts)
            {
                checks.Change(part.Index, RowChecks.WhileWaiting(part.Row, one => one.Wait(one.State, until)));
            }
        }
    }
}

/// <summary>A row that is to be sent.</summary>
/// <param name="Index">The index of its request; null if no request named it.</param>
internal sealed record RowToSend(int? Index, LedgerRow Row, OutboundMessage Message, int MaxAlertsPerMessage)
{
    /// <summary>Whether the row may become part of a new digest.</summary>
    public bool MayTravelTogether => MaxAlertsPerMessage > 1 && Row.Kind != AlertKind.Service
        && Row.Due is { IsFirstAttempt: true, IsResent: false };

    public TableClaim ToClaim(string? digestId) => new TableClaim(Row, Message) { DigestId = digestId };

    /// <summary>Sets the failure as the result of the requests that name these rows.</summary>
    public static void Fail(IEnumerable<RowToSend> parts, Exception failure, ClaimResult?[] results)
    {
        foreach (var index in parts.Select(part => part.Index).OfType<int>())
        {
            results[index] = new ClaimResult(null, failure);
        }
    }
}

/// <summary>Rows that are sent as one message.</summary>
internal sealed record MessageToSend(string? DigestId, IReadOnlyList<RowToSend> Parts)
{
    /// <summary>The row to write first, the same for every process that claims the message.</summary>
    public LedgerRow First { get; } = Parts.MinBy(
        part => part.Row.Entity.PartitionKey + "\n" + part.Row.Entity.RowKey, StringComparer.Ordinal)!.Row;

    public IEnumerable<LedgerRow> Rest => Parts.Select(part => part.Row).Where(row => row != First);
}
