using Alerts.Due;

namespace Alerts.Ledger;

/// <summary>The record of delivering one alert, or one service message, through its channel.</summary>
/// <param name="Key">The alert key, or the <c>msg_…</c> id of a service message.</param>
/// <param name="KeyDateId">Empty for a service message.</param>
/// <param name="Revision">The revision of the date that the alert is about; 0 for a service message.</param>
/// <param name="Lead">
/// The lead as the subscription stores it; <c>-</c> for a correction, the message id for a service message.
/// </param>
/// <param name="DueAt">When it was due.</param>
/// <param name="Expires">No attempt starts after this instant; null for no deadline, as after a resend.</param>
/// <param name="Reason">Why it reached its final state without being delivered; null otherwise.</param>
/// <param name="NextAttemptAt">The earliest time of the next attempt; null when final or in progress.</param>
/// <param name="Attempts">Oldest first, excluding an attempt in progress.</param>
internal sealed record Delivery(
    string Key, string SubscriptionId, string Channel, string KeyDateId, int Revision, AlertKind Kind, string Lead,
    Instant DueAt, Instant? Expires, DeliveryState State, string? Reason, Instant? NextAttemptAt,
    IReadOnlyList<Attempt> Attempts)
{
    /// <summary>An attempt that begins more than this after the due instant is late (contract, section 3).</summary>
    public static readonly Duration LateAfter = Duration.FromMinutes(10);

    /// <summary>The purpose of a service message, such as <c>verification</c>; null for an alert.</summary>
    public string? Purpose { get; init; }
}

/// <summary>One attempt, finished or interrupted.</summary>
/// <param name="At">Start time by the service's clock.</param>
/// <param name="Status">The HTTP or SMTP status; null when there was none.</param>
/// <param name="Milliseconds">Duration in real time; null when interrupted.</param>
/// <param name="Response">
/// The first 2,000 characters of the response, or a description of the error; null once erased.
/// </param>
internal sealed record Attempt(Instant At, int? Status, long? Milliseconds, string? Response)
{
    /// <summary>
    /// Sequence number of the start in the order of recording. It does not depend on a clock: a larger number was
    /// recorded later, and the difference between numbers has no meaning. Null in a line written by an earlier product
    /// version; see <see cref="AttemptLog.Of"/>.
    /// </summary>
    public long? Begun { get; init; }

    /// <summary>Sequence number of the end in the same order; null while the attempt is in progress.</summary>
    public long? Ended { get; init; }

    /// <summary>The outcome; null only in a line written by an earlier product version.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>The row's due instant when the attempt began; null in a line of an earlier version.</summary>
    public Instant? DueAt { get; init; }

    /// <summary>The row's expiry when the attempt began; null for none and in a line of an earlier version.</summary>
    public Instant? Expires { get; init; }

    /// <summary>An attempt whose process ended before it completed. The message may have arrived.</summary>
    public static Attempt BrokenOff(Instant at) =>
        new(at, null, null, "broken off: the sending process ended") { Outcome = AttemptOutcome.Unknown };
}

/// <summary>Outcome of an attempt.</summary>
internal enum AttemptOutcome
{
    /// <summary>The receiver accepted the message.</summary>
    Delivered,

    /// <summary>The receiver answered with an error.</summary>
    Refused,

    /// <summary>In progress, interrupted, timed out or in doubt: the message may have arrived.</summary>
    Unknown,
}

/// <summary>State of a delivery. The numbers are stored and must not change.</summary>
internal enum DeliveryState
{
    Queued = 0,
    Sending = 1,
    Retrying = 2,
    Delivered = 3,
    Failed = 4,

    /// <summary>The deadline passed before the message could be delivered.</summary>
    Expired = 5,

    /// <summary>No longer to be sent, such as superseded or overtaken (see <see cref="EndReasons"/>).</summary>
    Void = 6,
}

internal static class DeliveryStates
{
    /// <summary>Whether a message is still to be sent: queued, being sent, or retrying.</summary>
    public static bool IsOpen(this DeliveryState state) =>
        state is DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Retrying;

    /// <summary>Whether a message was delivered, failed or expired. Void does not count.</summary>
    public static bool HasEnded(this DeliveryState state) =>
        state is DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Expired;
}
