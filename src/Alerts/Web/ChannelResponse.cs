using System.Diagnostics;
using System.Text.Json.Serialization;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>Where to.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(EmailChannelResponse), EmailKind.ChannelName)]
[JsonDerivedType(typeof(WebhookChannelResponse), WebhookKind.ChannelName)]
internal abstract record ChannelResponse
{
    public static ChannelResponse Of(Subscription subscription) => subscription.Channel switch
    {
        EmailKind => new EmailChannelResponse(subscription.Address),
        WebhookKind => new WebhookChannelResponse(
            subscription.Address, subscription.Format, subscription.Contact?.Address),
        _ => throw new UnreachableException("A channel has a response of its own."),
    };
}

/// <summary>A mailbox.</summary>
/// <param name="Address">Empty once erased.</param>
internal sealed record EmailChannelResponse(string Address) : ChannelResponse;

/// <summary>An endpoint.</summary>
/// <param name="Url">Empty once erased.</param>
/// <param name="Format">The form of the bodies.</param>
/// <param name="Contact">Who is warned when it keeps failing, once they have confirmed; absent for nobody.</param>
internal sealed record WebhookChannelResponse(
    string Url,
    WebhookFormat Format,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Contact = null) : ChannelResponse;

/// <param name="Email">Subscriptions by email.</param>
/// <param name="Webhook">Subscriptions by webhook.</param>
internal sealed record SubscriptionsByChannel(long Email, long Webhook)
{
    /// <param name="countOf">The number of subscriptions by a channel with this name.</param>
    public static SubscriptionsByChannel Of(Func<string, long> countOf) =>
        new(countOf(EmailKind.ChannelName), countOf(WebhookKind.ChannelName));
}
