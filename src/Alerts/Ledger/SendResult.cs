namespace Alerts.Ledger;

/// <summary>The result of one attempt. A failed delivery is a value, not an exception.</summary>
/// <param name="Status">The HTTP or SMTP status; null when there was none.</param>
/// <param name="Response">The first 2,000 characters of the response, or a sentence that describes the error.</param>
internal abstract record SendResult(int? Status, string? Response)
{
    /// <summary>The outcome of the attempt; unknown without a status, since the message may have arrived.</summary>
    public AttemptOutcome Outcome => this switch
    {
        Delivered => AttemptOutcome.Delivered,
        InDoubt => AttemptOutcome.Unknown,
        _ => Status is null ? AttemptOutcome.Unknown : AttemptOutcome.Refused,
    };

    /// <summary>
    /// Why the channel cannot send at all, without addresses and secrets; null when the problem concerns only this
    /// message or its destination.
    /// </summary>
    public string? ChannelFailure { get; init; }

    /// <summary>Whether the result shows that the channel works: the receiver responded to this message.</summary>
    public bool ShowsChannelWorks => ChannelFailure is null && (this is Delivered || Status is not null);
}

/// <summary>Derives a channel's health from the results of its attempts.</summary>
internal static class ChannelHealth
{
    /// <summary>
    /// Records results. One message that got a response shows that the channel works; a failure of a single destination
    /// shows nothing.
    /// </summary>
    public static void Note(this PartHealth channel, IReadOnlyList<SendResult> results)
    {
        if (results.Any(result => result.ShowsChannelWorks))
        {
            channel.Succeeded();
        }
        else if (results.Select(result => result.ChannelFailure).OfType<string>().FirstOrDefault() is { } failure)
        {
            channel.Failed(failure);
        }
    }
}

/// <summary>The receiver accepted the message.</summary>
internal sealed record Delivered(int? Status, string? Response) : SendResult(Status, Response);

/// <summary>A temporary failure; the attempt may be repeated.</summary>
/// <param name="After">
/// The wait that the receiver asked for (Retry-After), at most 24 h; null to use the retry schedule.
/// </param>
internal sealed record TryAgain(int? Status, string? Response, Duration? After = null) : SendResult(Status, Response);

/// <summary>
/// The message was handed over but no response came, so it may or may not have been sent. The row remains in progress
/// and is sent again only if no report about it arrives in time.
/// </summary>
/// <param name="ReportWithin">How long to wait for a report; greater than 0.</param>
internal sealed record InDoubt(string Response, Duration ReportWithin) : SendResult(null, Response);

/// <summary>No attempt was made: a limit of the channel postpones the message. Does not count as a failure.</summary>
/// <param name="Wait">How long to wait, by the service's clock; greater than 0.</param>
internal sealed record Postponed(Duration Wait) : SendResult(null, null);

/// <summary>A permanent failure; no further attempt can help.</summary>
internal sealed record GaveUp(int? Status, string? Response, string Reason) : SendResult(Status, Response);

/// <summary>The endpoint asked not to be called again (HTTP 410): it is disabled immediately.</summary>
internal sealed record Gone(int? Status, string? Response) : SendResult(Status, Response);
