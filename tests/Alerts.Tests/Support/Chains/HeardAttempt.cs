using Alerts.Dates;
using Alerts.Due;

namespace Alerts.Tests.Support.Chains;

/// <summary>One delivery attempt, as the receiver sees it.</summary>
/// <param name="Begun">Sequence number of its start among all events of the chain.</param>
internal sealed record HeardAttempt(
    string Key, AlertKind Kind, string Lead, KeyDate NotifiedDate, Instant At, long Begun)
{
    /// <summary>Sequence number of its end; <see cref="long.MaxValue"/> while it is in progress.</summary>
    public long Ended { get; set; } = long.MaxValue;

    public bool IsDelivered { get; set; }

    /// <summary>Whether its alert is not sent again: it was delivered or given up.</summary>
    public bool IsFinal { get; set; }
}
