using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>The links in an email.</summary>
/// <param name="token">Gives the token for a purpose, or a placeholder in a text shared by many readers.</param>
internal sealed class MailLinks(PublicUrl url, Func<TokenPurpose, string> token)
{
    /// <param name="subscription">The subscription that the tokens are valid for.</param>
    public MailLinks(PublicUrl url, Tokens tokens, Subscription subscription)
        : this(url, purpose => tokens.Make(purpose, subscription))
    {
    }

    public string Confirm => url.At("/confirm/" + token(TokenPurpose.Confirm));

    public string Manage => url.At("/manage/" + token(TokenPurpose.Manage));

    public string Unsubscribe => url.At("/unsubscribe/" + token(TokenPurpose.Unsubscribe));

    /// <summary>The subscription's own calendar feed.</summary>
    public string Calendar => url.At("/calendar/" + token(TokenPurpose.Calendar) + ".ics");

    /// <summary>Confirms a webhook's contact.</summary>
    public string ConfirmContact => url.At("/confirm/" + token(TokenPurpose.ConfirmContact));

    /// <summary>Stops the warnings to a webhook's contact.</summary>
    public string StopWarnings => url.At("/unsubscribe/" + token(TokenPurpose.StopWarnings));

    /// <summary>The public page of a key date.</summary>
    public string Date(KeyDate date) => url.At("/dates/" + date.Id);
}
