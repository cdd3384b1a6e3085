using Alerts.Ledger;
using NodaTime;

namespace Alerts.Senders;

/// <summary>What one attempt came to, as a value: a failed delivery is no exception.</summary>
/// <param name="Status">The HTTP or SMTP status; null when there was none.</param>
/// <param name="Response">The first 2,000 characters of the answer, or a sentence on what went wrong.</param>
internal abstract record SendResult(int? Status, string? Response)
{
    /// <summary>What it says of the attempt: without a status there was no answer, so it may have arrived.</summary>
    public AttemptOutcome Outcome => this switch
    {
        Delivered => AttemptOutcome.Delivered,
        InDoubt => AttemptOutcome.Unknown,
        _ => Status is null ? AttemptOutcome.Unknown : AttemptOutcome.Refused,
    };
}

/// <summary>The other side has it.</summary>
internal sealed record Delivered(int? Status, string? Response) : SendResult(Status, Response);

/// <summary>Not this time.</summary>
/// <param name="After">The wait the other side asked for (Retry-After), at most 24 h; null for the schedule's own.</param>
internal sealed record TryAgain(int? Status, string? Response, Duration? After = null) : SendResult(Status, Response);

/// <summary>
/// It was handed over and no answer came, so nobody knows whether it went. It stays under way, and is sent again only when no
/// word of it has come meanwhile.
/// </summary>
/// <param name="WordWithin">How long to wait for word of it; more than 0.</param>
internal sealed record InDoubt(string Response, Duration WordWithin) : SendResult(null, Response);

/// <summary>Never: no further attempt can help.</summary>
internal sealed record GaveUp(int? Status, string? Response, string Reason) : SendResult(Status, Response);

/// <summary>The endpoint asked not to be called again (410): it is disabled at once.</summary>
internal sealed record Gone(int? Status, string? Response) : SendResult(Status, Response);
