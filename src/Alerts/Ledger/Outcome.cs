namespace Alerts.Ledger;

/// <summary>The effect of an ended attempt on its row.</summary>
/// <param name="NextAt">
/// When to try again; null once final. For a row in doubt (still <c>Sending</c>), it is sent again at this time unless
/// a report arrives first.
/// </param>
/// <param name="Reason">Why the row reached its final state without being delivered; null otherwise.</param>
/// <param name="IsFailure">Whether the attempt counts as a failed one.</param>
/// <param name="IsAttempt">
/// False when the channel postponed the message: the row is treated as if it had not been claimed.
/// </param>
internal sealed record Outcome(DeliveryState State, Instant? NextAt, string? Reason, bool IsFailure,
    bool IsAttempt = true)
{
    private const string UsedUp = "gave up after ten attempts";
    private const string NotVerified = "not verified after four attempts; a test starts again";

    /// <summary>Returns the effect of a result.</summary>
    /// <param name="isVerification">
    /// Whether the message asked an endpoint to verify itself; such messages get fewer attempts
    /// (<see cref="RetryPolicy.MaxVerifications"/>).
    /// </param>
    /// <param name="failures">The number of failed attempts before this one.</param>
    /// <param name="jitter">-1 to 1; see <see cref="RetryPolicy.After"/>.</param>
    public static Outcome Of(
        SendResult result, bool isVerification, int failures, Instant endedAt, Instant? expires, double jitter) =>
        isVerification && failures + 1 >= RetryPolicy.MaxVerifications && result is TryAgain
            ? new(DeliveryState.Failed, null, NotVerified, IsFailure: true)
            : Of(result, failures, endedAt, expires, jitter);

    private static Outcome Of(SendResult result, int failures, Instant endedAt, Instant? expires, double jitter) =>
        result switch
        {
            Delivered => new(DeliveryState.Delivered, null, null, IsFailure: false),
            GaveUp gaveUp => new(DeliveryState.Failed, null, gaveUp.Reason, IsFailure: true),
            Gone => new(DeliveryState.Failed, null, EndReasons.EndpointDisabled, IsFailure: true),
            InDoubt doubt when failures + 1 < RetryPolicy.MaxAttempts => new(
                DeliveryState.Sending, endedAt + doubt.ReportWithin, null, IsFailure: true),
            InDoubt => new(DeliveryState.Failed, null, UsedUp, IsFailure: true),
            Postponed postponed => new(
                failures > 0 ? DeliveryState.Retrying : DeliveryState.Queued, endedAt + postponed.Wait, null,
                IsFailure: false, IsAttempt: false),
            TryAgain again => RetryPolicy.After(failures + 1, endedAt, expires, again.After, jitter) switch
            {
                RetryAt retry => new(DeliveryState.Retrying, retry.At, null, IsFailure: true),
                Exhausted => new(DeliveryState.Failed, null, UsedUp, IsFailure: true),
                TooLate => new(DeliveryState.Expired, null, EndReasons.NotInTime, IsFailure: true),
                _ => throw new InvalidOperationException("A retry decision has three forms."),
            },
            _ => throw new InvalidOperationException("A result has six forms."),
        };
}

/// <summary>Why a row reached its final state without being delivered, as lists and the audit show it.</summary>
internal static class EndReasons
{
    public const string Superseded = "superseded";
    public const string Unsubscribed = "unsubscribed";
    public const string EndpointDisabled = "endpoint disabled";
    public const string NotInTime = "not delivered before it expired";
    public const string NotAskedFor = "not asked for any more";
    public const string Overtaken = "overtaken";
    public const string NothingElseKnown = "nothing else was told";
    public const string SentUnderAnother = "sent under another lead";
}
