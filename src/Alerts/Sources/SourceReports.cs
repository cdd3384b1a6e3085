using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using NodaTime;

namespace Alerts.Sources;

/// <summary>Notifies the operator (<c>Alerts:OperatorEmail</c>) by email that a source is failing.</summary>
internal sealed class SourceReports(OperatorMail mail, SourceOptions options)
{
    /// <returns>Whether the email was sent; false also when no operator address is configured.</returns>
    public async Task<bool> SendAsync(SourceState state, Instant now, CancellationToken cancel)
    {
        if (options.OperatorEmail is not { } address)
        {
            return false;
        }

        var lastRead = state.CheckedAt is { } at ? $"It was last read on {TimeWords.Of(at, DateTimeZone.Utc)}."
            : "It has never been read.";
        var result = await mail.NotifyAsync(
            address,
            $"The source {state.Id} cannot be read",
            [
                $"Key dates from the source {state.Id} are no longer updated: {state.Error?.TrimEnd('.')}.",
                lastRead,
                "It is tried again. Its dates stay as they are. "
                    + "You get no further email about it until it works again.",
            ],
            now,
            cancel);
        return result is Delivered;
    }
}
