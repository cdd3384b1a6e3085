using Alerts.Due;
namespace Alerts.Ledger;

/// <summary>Lists and counts the deliveries in the ledger (alerts and service messages), and resends alerts.</summary>
internal interface IDeliveries
{
    /// <summary>A page of one subscription's deliveries, newest first.</summary>
    /// <param name="after">The position of the last item of the previous page; null for the first page.</param>
    Task<IReadOnlyList<ListedDelivery>> OfAsync(string subscriptionId, DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel);

    /// <summary>A page of all subscriptions' deliveries, newest first.</summary>
    /// <param name="after">The position of the last item of the previous page; null for the first page.</param>
    Task<IReadOnlyList<ListedDelivery>> ListAsync(DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel);

    /// <summary>Counts all deliveries. May read the whole ledger.</summary>
    Task<DeliveryCounts> CountAsync(CancellationToken cancel);

    /// <summary>All failed or expired deliveries, alerts and service messages, oldest first. Reads in pages.</summary>
    IAsyncEnumerable<Delivery> GaveUpAsync(CancellationToken cancel);

    /// <summary>One delivery of a subscription; null when the subscription has none with that key.</summary>
    Task<Delivery?> FindAsync(string subscriptionId, string key, CancellationToken cancel);

    /// <summary>Sends a delivery again under the same key, with its attempts reset and without a deadline.</summary>
    Task<Resent> ResendAsync(Delivery delivery, CancellationToken cancel);

    /// <summary>Erases responses older than <see cref="AttemptLog.AnswersLast"/>, one batch per call.</summary>
    Task EraseOldAnswersAsync(CancellationToken cancel);
}

/// <summary>A delivery and its position in the list.</summary>
/// <param name="Position">An opaque value of the store; the next page starts after it.</param>
internal sealed record ListedDelivery(string Position, Delivery Delivery);

/// <summary>Selects the deliveries to list.</summary>
/// <param name="State">Only deliveries in this state; null for all.</param>
/// <param name="Kind">Only deliveries of this kind; null for all.</param>
/// <param name="IsAlertsOnly">Whether service messages are excluded.</param>
internal sealed record DeliveryFilter(DeliveryState? State = null, AlertKind? Kind = null, bool IsAlertsOnly = false)
{
    public static readonly DeliveryFilter All = new();

    public static readonly DeliveryFilter Alerts = new(IsAlertsOnly: true);

    public bool Admits(DeliveryState state, AlertKind kind) =>
        (State is null || State == state) && (Kind is null || Kind == kind)
            && !(IsAlertsOnly && kind == AlertKind.Service);
}

/// <summary>The number of deliveries per state. A state without deliveries may be absent.</summary>
internal sealed record DeliveryCounts(IReadOnlyDictionary<DeliveryState, long> Alerts,
    IReadOnlyDictionary<DeliveryState, long> ServiceMessages);

/// <summary>Result of a request to resend a delivery.</summary>
internal enum Resent
{
    Queued,

    /// <summary>The delivery is queued, sending, retrying or void.</summary>
    StillUnderWay,

    /// <summary>The date has a newer revision.</summary>
    Superseded,

    /// <summary>It is a service message, which is requested again by other means.</summary>
    NotAnAlert,
}

/// <summary>Decides which deliveries may be sent again.</summary>
internal static class Resending
{
    /// <param name="currentRevision">The key date's current revision.</param>
    public static Resent Of(DeliveryState state, int revision, int currentRevision) =>
        !state.HasEnded() ? Resent.StillUnderWay
        : revision != currentRevision ? Resent.Superseded
        : Resent.Queued;
}
