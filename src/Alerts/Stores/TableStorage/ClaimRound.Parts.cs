using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Stores.TableStorage;

/// <content>The rows and messages of a round.</content>
internal sealed partial class ClaimRound
{
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
