
namespace Alerts.Subscriptions;

/// <summary>
/// The id and first signing secret of a new subscription. They are random, or, for a request with an
/// <c>Idempotency-Key</c>, derived from the key and the request (<see cref="Tokens.IdentityOf"/>). A repeated request
/// therefore finds the subscription that it created without any other stored data.
/// </summary>
/// <param name="Id"><c>sub_…</c>.</param>
/// <param name="Secret"><c>whsec_…</c>; not used for email.</param>
internal sealed record SubscriptionIdentity(string Id, string Secret)
{
    /// <summary>See <see cref="Subscription.Client"/>.</summary>
    public string Client { get; init; } = "";

    public static SubscriptionIdentity Random() => new(NewSubscription.RandomId("sub_"), WebhookSecrets.Make());
}
