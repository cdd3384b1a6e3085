using NodaTime;

namespace Alerts.Ledger;

/// <summary>What an ended attempt makes of its row.</summary>
/// <param name="NextAt">When it is tried again; for one that is sending, in doubt, unless word of it has come by then; null once final.</param>
/// <param name="Reason">Why it ended without being delivered; null otherwise.</param>
/// <param name="IsFailure">Whether the attempt counts as a failed one.</param>
/// <param name="IsAttempt">False when the channel held it back: it is as if it had not been claimed.</param>
internal sealed record Outcome(DeliveryState State, Instant? NextAt, string? Reason, bool IsFailure,
    bool IsAttempt = true)
{
    private const string UsedUp = "gave up after ten attempts";
    private const string NotVerified = "not verified after four attempts; a test starts again";

    /// <param name="isVerification">Whether it asked an endpoint to verify: that is tried fewer times.</param>
    /// <param name="failures">Failed attempts before this one.</param>
    /// <param name="jitter">See <see cref="RetryPolicy.After"/>.</param>
    public static Outcome Of(
        SendResult result, bool isVerification, int failures, Instant endedAt, Instant? expires, double jitter) =>
        isVerification && failures + 1 >= RetryPolicy.MostVerifications && result is TryAgain
            ? new(DeliveryState.Failed, null, NotVerified, IsFailure: true)
            : Of(result, failures, endedAt, expires, jitter);

    private static Outcome Of(SendResult result, int failures, Instant endedAt, Instant? expires, double jitter) =>
        result switch
        {
            Delivered => new(DeliveryState.Delivered, null, null, IsFailure: false),
            GaveUp gaveUp => new(DeliveryState.Failed, null, gaveUp.Reason, IsFailure: true),
            Gone => new(DeliveryState.Failed, null, EndReasons.EndpointDisabled, IsFailure: true),
            InDoubt doubt when failures + 1 < RetryPolicy.MostAttempts => new(
                DeliveryState.Sending,
                endedAt + doubt.WordWithin,
                null,
                IsFailure: true),
            InDoubt => new(DeliveryState.Failed, null, UsedUp, IsFailure: true),
            Postponed postponed => new(
                failures > 0 ? DeliveryState.Retrying : DeliveryState.Queued,
                endedAt + postponed.Wait,
                null,
                IsFailure: false,
                IsAttempt: false),
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
