using Alerts.Senders;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Sources;

/// <summary>Notifies the operator (<c>Alerts:OperatorEmail</c>) by email that a source is failing.</summary>
internal sealed class SourceReports(IEnumerable<IChannel> channels, SourceOptions options)
{
    /// <returns>
    /// Whether the email was sent; false also when no operator address or email channel is configured.
    /// </returns>
    public async Task<bool> SendAsync(SourceState state, Instant now, CancellationToken cancel)
    {
        if (options.OperatorEmail is not { } address
            || channels.FirstOrDefault(one => one.Name == "email") is not { } email)
        {
            return false;
        }

        var preferences = new Preferences([], [], [], DateTimeZone.Utc, new LocalTime(9, 0), null);
        var nobody = new Subscription(
            "", "email", MailAddress.Stored(address) ?? address, SubscriptionStatus.Active, now, now, preferences, 1,
                []);
        var lastRead = state.CheckedAt is { } at ? $"It was last read on {TimeWords.Of(at, DateTimeZone.Utc)}."
            : "It has never been read.";
        var notice = new OperatorNotice(NewSubscription.MessageId(), nobody, now)
        {
            Subject = $"The source {state.Id} cannot be read",
            Sentences =
            [
                $"Key dates from the source {state.Id} are no longer updated: {state.Error?.TrimEnd('.')}.",
                lastRead,
                "It is tried again. Its dates stay as they are. "
                    + "You get no further email about it until it works again.",
            ],
        };
        return await email.SendAsync(notice, cancel) is Ledger.Delivered;
    }
}
