
namespace Alerts.Subscriptions;

/// <summary>
/// What a subscription begins with: its id and its first signing secret. They are random; for a request with an
/// <c>Idempotency-Key</c> they follow from the key and the request (<see cref="Tokens.IdentityOf"/>), so that asking again finds what was
/// made, with nothing kept but the subscription itself.
/// </summary>
/// <param name="Id"><c>sub_…</c>.</param>
/// <param name="Secret"><c>whsec_…</c>; of no use to an email.</param>
internal sealed record SubscriptionIdentity(string Id, string Secret)
{
    /// <summary>See <see cref="Subscription.Client"/>.</summary>
    public string Client { get; init; } = "";

    public static SubscriptionIdentity Random() => new(NewSubscription.RandomId("sub_"), WebhookSecrets.Make());
}
