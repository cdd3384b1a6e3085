using Alerts.Due;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>The record of handing one alert, or one service message, to its channel.</summary>
/// <param name="Key">The alert key, or <c>msg_…</c> of a service message.</param>
/// <param name="KeyDateId">Empty for a service message.</param>
/// <param name="Revision">The revision of the date the alert speaks of; 0 for a service message.</param>
/// <param name="Lead">As the subscription holds it; <c>-</c> for a correction, the id for a service message.</param>
/// <param name="DueAt">When it was owed.</param>
/// <param name="Expires">No attempt begins after it; null for never.</param>
/// <param name="Reason">Why it ended without being delivered; null otherwise.</param>
/// <param name="NextAttemptAt">Not before then; null once final or under way.</param>
/// <param name="Attempts">Oldest first; an attempt under way is not in it yet.</param>
internal sealed record Delivery(
    string Key,
    string SubscriptionId,
    string Channel,
    string KeyDateId,
    int Revision,
    AlertKind Kind,
    string Lead,
    Instant DueAt,
    Instant? Expires,
    DeliveryState State,
    string? Reason,
    Instant? NextAttemptAt,
    IReadOnlyList<Attempt> Attempts)
{
    /// <summary>What a service message is for, such as <c>verification</c>; null for an alert.</summary>
    public string? Purpose { get; init; }
}

/// <summary>One attempt, finished or broken off.</summary>
/// <param name="At">When it began, by the service's clock.</param>
/// <param name="Status">The HTTP or SMTP status; null when there was none.</param>
/// <param name="Milliseconds">How long it took, in real time; null when broken off.</param>
/// <param name="Response">The first 2,000 characters of the answer, or what went wrong; null once erased.</param>
internal sealed record Attempt(Instant At, int? Status, long? Milliseconds, string? Response)
{
    /// <summary>
    /// Its place in the order of recording, which never depends on a clock: a larger number was recorded later. Only
    /// the order of numbers has a meaning. Null where an earlier version wrote the line; see <see
    /// cref="AttemptLog.Of"/>.
    /// </summary>
    public long? Begun { get; init; }

    /// <summary>When its end was recorded, in the same order; null while it is under way.</summary>
    public long? Ended { get; init; }

    /// <summary>What became of it; null only in a line of an earlier version.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>The due instant of its row when it began; null in a line of an earlier version.</summary>
    public Instant? DueAt { get; init; }

    /// <summary>
    /// When its row expired, as it was when the attempt began; null for never and in a line of an earlier version.
    /// </summary>
    public Instant? Expires { get; init; }

    /// <summary>One whose process ended before it did: it may have arrived.</summary>
    public static Attempt BrokenOff(Instant at) =>
        new(at, null, null, "broken off: the sending process ended") { Outcome = AttemptOutcome.Unknown };
}

/// <summary>What became of an attempt.</summary>
internal enum AttemptOutcome
{
    /// <summary>The other side has it.</summary>
    Delivered,

    /// <summary>An answer that is no success.</summary>
    Refused,

    /// <summary>Under way, broken off, timed out or in doubt: it may have arrived.</summary>
    Unknown,
}

/// <summary>What became of a delivery. The stored numbers never change.</summary>
internal enum DeliveryState
{
    Queued = 0,
    Sending = 1,
    Retrying = 2,
    Delivered = 3,
    Failed = 4,

    /// <summary>Its deadline passed before it could be delivered.</summary>
    Expired = 5,

    /// <summary>Superseded, overtaken or unsubscribed.</summary>
    Void = 6,
}
