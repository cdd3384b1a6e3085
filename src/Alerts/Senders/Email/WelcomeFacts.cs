using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>Adds to a welcome email what it says beyond its subscription: the next reminders.</summary>
internal sealed class WelcomeFacts(Preview preview)
{
    private const int MostShown = 3;

    /// <summary>Other messages stay as they are.</summary>
    public async Task<OutboundMessage> AddToAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (message is not SystemNotification { Message: ServiceMessage.Welcome } welcome)
        {
            return message;
        }

        var items = await preview.OfAsync(welcome.Subscription.Preferences, welcome.At, cancel);
        return welcome with { Next = [.. items.Take(MostShown)] };
    }
}
