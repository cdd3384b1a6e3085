using Alerts.App;
using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>The links a mail to one subscription carries; the tokens in them are for it alone.</summary>
internal sealed class MailLinks(PublicUrl url, Tokens tokens, Subscription subscription)
{
    public string Confirm => Token("/confirm/", TokenPurpose.Confirm);

    public string Manage => Token("/manage/", TokenPurpose.Manage);

    public string Unsubscribe => Token("/unsubscribe/", TokenPurpose.Unsubscribe);

    /// <summary>The public page of a key date.</summary>
    public string Date(KeyDate date) => url.At("/dates/" + date.Id);

    private string Token(string path, TokenPurpose purpose) => url.At(path + tokens.Make(purpose, subscription));
}
