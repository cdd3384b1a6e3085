using Alerts.Core;
using NodaTime;

namespace Alerts.Ledger;

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

    /// <summary>
    /// Why nothing can be sent by the channel at all, without addresses and secrets; null when it is about this message
    /// or its destination.
    /// </summary>
    public string? ChannelFailure { get; init; }

    /// <summary>Whether it shows that the channel sends: the other side has answered for this message.</summary>
    public bool ShowsChannelWorks => ChannelFailure is null && (this is Delivered || Status is not null);
}

/// <summary>Whether a channel can send at all, by what its attempts come to.</summary>
internal static class ChannelHealth
{
    /// <summary>
    /// Notes results. One message that went shows that the channel works; a failure of a destination shows nothing.
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

/// <summary>It was not attempted: a limit of the channel holds it back. It waits and is no failure.</summary>
/// <param name="Wait">By the service's clock; more than 0.</param>
internal sealed record Postponed(Duration Wait) : SendResult(null, null);

/// <summary>Never: no further attempt can help.</summary>
internal sealed record GaveUp(int? Status, string? Response, string Reason) : SendResult(Status, Response);

/// <summary>The endpoint asked not to be called again (410): it is disabled at once.</summary>
internal sealed record Gone(int? Status, string? Response) : SendResult(Status, Response);
