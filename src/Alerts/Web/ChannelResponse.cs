using System.Diagnostics;
using System.Text.Json.Serialization;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;
using Microsoft.OpenApi;

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

/// <summary>Describes <c>channel</c> in requests in the API document.</summary>
internal static class ChannelDocs
{
    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
        [
            new(
                "ChannelInput",
                Schemas.Base(
                    "Where to.",
                    (EmailKind.ChannelName, "EmailChannelInput"),
                    (WebhookKind.ChannelName, "WebhookChannelInput"))),
            new(
                "EmailChannelInput",
                Schemas.Kind(
                    "A mailbox.",
                    "ChannelInput",
                    ["address"],
                    ("address", Schemas.Text("A plain email address.", atLeast: 3, atMost: 254)))),
            new(
                "WebhookChannelInput",
                Schemas.Kind(
                    "An endpoint.",
                    "ChannelInput",
                    ["url"],
                    ("url", Schemas.Text("An https URL whose host is no private address.", atLeast: 1, format: "uri")),
                    ("format", Schemas.Text("The form of the bodies: `standard` (default) or `cloudevents`.").OrNull()),
                    (
                        "contact",
                        Schemas
                            .Text(
                                "An email address that is warned when the endpoint keeps failing; "
                                + "it is confirmed first."
                            )
                            .OrNull()))),
        ];
}
