using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>Adds the next reminders (at most three) to a welcome email.</summary>
internal sealed class WelcomeFacts(Preview preview)
{
    private const int MaxShown = 3;

    /// <summary>Returns a welcome message with its next reminders; other messages unchanged.</summary>
    public async Task<OutboundMessage> AddToAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (message is not SystemNotification { Message: ServiceMessage.Welcome } welcome)
        {
            return message;
        }

        var items = await preview.OfAsync(welcome.Subscription.Preferences, welcome.At, cancel);
        return welcome with { Next = [.. items.Take(MaxShown)] };
    }
}
