using System.Diagnostics;
using System.Text.Json.Serialization;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;
using Microsoft.OpenApi;

namespace Alerts.Web;

/// <summary>Destination of messages.</summary>
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

/// <summary>An email address.</summary>
/// <param name="Address">The address; empty once erased.</param>
internal sealed record EmailChannelResponse(string Address) : ChannelResponse;

/// <summary>A webhook endpoint.</summary>
/// <param name="Url">The URL; empty once erased.</param>
/// <param name="Format">Format of bodies.</param>
/// <param name="Contact">Email address warned when the endpoint keeps failing, once confirmed; absent if none.</param>
internal sealed record WebhookChannelResponse(
    string Url,
    WebhookFormat Format,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Contact = null) : ChannelResponse;

/// <param name="Email">Number of email subscriptions.</param>
/// <param name="Webhook">Number of webhook subscriptions.</param>
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
                    "The destination.",
                    (EmailKind.ChannelName, "EmailChannelInput"),
                    (WebhookKind.ChannelName, "WebhookChannelInput"))),
            new(
                "EmailChannelInput",
                Schemas.Kind(
                    "An email address.",
                    "ChannelInput",
                    ["address"],
                    ("address", Schemas.Text("A plain email address.", atLeast: 3, atMost: 254)))),
            new(
                "WebhookChannelInput",
                Schemas.Kind(
                    "A webhook endpoint.",
                    "ChannelInput",
                    ["url"],
                    ("url", Schemas.Text("https URL; the host is not a private address.", atLeast: 1, format: "uri")),
                    ("format", Schemas.Text("Format of bodies: `standard` (default) or `cloudevents`.").OrNull()),
                    (
                        "contact",
                        Schemas.Text("Email address warned when the endpoint keeps failing; must be confirmed first.")
                            .OrNull()))),
        ];
}
