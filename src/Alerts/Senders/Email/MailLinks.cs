using Alerts.Core;
using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>The links a mail carries.</summary>
/// <param name="token">The token for a purpose, or what stands for it in a text that many share.</param>
internal sealed class MailLinks(PublicUrl url, Func<TokenPurpose, string> token)
{
    /// <param name="subscription">The tokens are for it alone.</param>
    public MailLinks(PublicUrl url, Tokens tokens, Subscription subscription)
        : this(url, purpose => tokens.Make(purpose, subscription))
    {
    }

    public string Confirm => url.At("/confirm/" + token(TokenPurpose.Confirm));

    public string Manage => url.At("/manage/" + token(TokenPurpose.Manage));

    public string Unsubscribe => url.At("/unsubscribe/" + token(TokenPurpose.Unsubscribe));

    /// <summary>The subscription's own calendar.</summary>
    public string Calendar => url.At("/calendar/" + token(TokenPurpose.Calendar) + ".ics");

    /// <summary>Confirms the contact of a webhook.</summary>
    public string ConfirmContact => url.At("/confirm/" + token(TokenPurpose.ConfirmContact));

    /// <summary>Ends the warnings to the contact of a webhook.</summary>
    public string StopWarnings => url.At("/unsubscribe/" + token(TokenPurpose.StopWarnings));

    /// <summary>The public page of a key date.</summary>
    public string Date(KeyDate date) => url.At("/dates/" + date.Id);
}
