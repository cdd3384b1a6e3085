using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

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

/// <summary>The destination.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(EmailChannelRequest), EmailKind.ChannelName)]
[JsonDerivedType(typeof(WebhookChannelRequest), WebhookKind.ChannelName)]
internal abstract record ChannelRequest;

/// <summary>An email address.</summary>
internal sealed record EmailChannelRequest : ChannelRequest
{
    /// <summary>A plain email address.</summary>
    [Length(3, 254)] public required string Address { get; init; }
}

/// <summary>A webhook endpoint.</summary>
internal sealed record WebhookChannelRequest : ChannelRequest
{
    /// <summary>https URL; the host is not a private address.</summary>
    [Url, MinLength(1)] public required string Url { get; init; }

    /// <summary>Format of bodies: <c>standard</c> (default) or <c>cloudevents</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Email address warned when the endpoint keeps failing; must be confirmed first.</summary>
    public string? Contact { get; init; }
}
