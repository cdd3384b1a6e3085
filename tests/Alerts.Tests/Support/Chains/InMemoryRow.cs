using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Tests.Support.Chains;

/// <summary>A row of <see cref="InMemoryLedger"/>.</summary>
internal sealed class InMemoryRow(int revision, AlertKind kind, string lead)
{
    public int Revision => revision;

    public AlertKind Kind => kind;

    public string Lead => lead;

    public Instant DueAt { get; set; }

    public Instant? Expires { get; set; }

    public Instant? NextAt { get; set; }

    public DeliveryState State { get; set; }

    public string? Reason { get; set; }

    public string? Log { get; set; }

    public Instant? AttemptAt { get; set; }

    public long? Begun { get; set; }

    public int Failures { get; set; }

    public void Queue(Instant nextAt) => (State, Reason, NextAt) =
        (NextAt is not null ? State : Failures > 0 ? DeliveryState.Retrying : DeliveryState.Queued, null, nextAt);

    public void End(DeliveryState state, string reason) => (State, Reason, NextAt) = (state, reason, null);
}
