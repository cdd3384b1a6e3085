using Alerts.Due;
namespace Alerts.Ledger;

/// <summary>The ledger as people read it, alerts and service messages, and what they may send again.</summary>
internal interface IDeliveries
{
    /// <summary>A page of one subscription's deliveries, newest first.</summary>
    /// <param name="after">The position of the last one of the page before; null for the first page.</param>
    Task<IReadOnlyList<ListedDelivery>> OfAsync(string subscriptionId, DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel);

    /// <summary>A page of everybody's deliveries, newest first.</summary>
    /// <param name="after">The position of the last one of the page before; null for the first page.</param>
    Task<IReadOnlyList<ListedDelivery>> ListAsync(DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel);

    /// <summary>How many there are. It may go through all of them.</summary>
    Task<DeliveryCounts> CountAsync(CancellationToken cancel);

    /// <summary>A page of what gave up (failed or expired), alerts and service messages, oldest first.</summary>
    Task<IReadOnlyList<ListedDelivery>> GaveUpAsync(string? after, int limit, CancellationToken cancel);

    /// <summary>One delivery of a subscription; null when it has none with that key.</summary>
    Task<Delivery?> FindAsync(string subscriptionId, string key, CancellationToken cancel);

    /// <summary>Sends one again under the same key, with fresh attempts and without a deadline.</summary>
    Task<Resent> ResendAsync(Delivery delivery, CancellationToken cancel);

    /// <summary>Forgets what the other side answered more than <see cref="AttemptLog.AnswersLast"/> ago, some at a time.</summary>
    Task EraseOldAnswersAsync(CancellationToken cancel);
}

/// <summary>A delivery and where it stands in its list.</summary>
/// <param name="Position">The store's own; the next page begins after it.</param>
internal sealed record ListedDelivery(string Position, Delivery Delivery);

/// <summary>Which deliveries are listed.</summary>
/// <param name="State">Only those in this state; null for all.</param>
/// <param name="Kind">Only those of this kind; null for all.</param>
/// <param name="IsAlertsOnly">Without service messages.</param>
internal sealed record DeliveryFilter(DeliveryState? State = null, AlertKind? Kind = null, bool IsAlertsOnly = false)
{
    public static readonly DeliveryFilter All = new();

    public static readonly DeliveryFilter Alerts = new(IsAlertsOnly: true);

    public bool Admits(DeliveryState state, AlertKind kind) =>
        (State is null || State == state) && (Kind is null || Kind == kind)
            && !(IsAlertsOnly && kind == AlertKind.Service);
}

/// <summary>How many deliveries there are in each state; none of a state that is absent.</summary>
internal sealed record DeliveryCounts(IReadOnlyDictionary<DeliveryState, long> Alerts,
    IReadOnlyDictionary<DeliveryState, long> ServiceMessages);

/// <summary>What asking to send a delivery again came to.</summary>
internal enum Resent
{
    Queued,

    /// <summary>Queued, sending, retrying or void.</summary>
    StillUnderWay,

    /// <summary>Its date has a newer revision.</summary>
    Superseded,

    /// <summary>A service message: what it asks for has a way of its own to be asked again.</summary>
    NotAnAlert,
}

/// <summary>Which deliveries may be sent again.</summary>
internal static class Resending
{
    /// <param name="currentRevision">That of its date as it is now.</param>
    public static Resent Of(DeliveryState state, int revision, int currentRevision) =>
        state is not (DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Expired) ? Resent.StillUnderWay
        : revision != currentRevision ? Resent.Superseded
        : Resent.Queued;
}
