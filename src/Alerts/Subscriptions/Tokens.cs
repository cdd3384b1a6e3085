using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Alerts.Subscriptions;

/// <summary>What a token allows. It is invalid for any other purpose.</summary>
internal enum TokenPurpose
{
    Confirm,
    Manage,
    Unsubscribe,
    Calendar,

    /// <summary>Confirms the contact of a webhook.</summary>
    ConfirmContact,

    /// <summary>Stops the warnings to the contact of a webhook, and allows nothing else.</summary>
    StopWarnings,
}

/// <summary>The token key that a store keeps for the service, created at the first start.</summary>
/// <param name="Bytes">32 random bytes.</param>
internal sealed record StoredTokenKey(byte[] Bytes);

/// <summary>
/// Creates and verifies tokens of the form <c>subscription id . generation . HMAC-SHA256</c>. The MAC covers purpose,
/// id and generation under the service's own key, so tokens can be sent in every email and none is stored.
/// </summary>
/// <param name="readKey">
/// Returns <c>Alerts:TokenKey</c>, or the 32 bytes created at the first start and stored with the data. Called until it
/// succeeds.
/// </param>
internal sealed class Tokens(Func<byte[]> readKey)
{
    private byte[]? key;

    public Tokens(byte[] key)
        : this(() => key)
    {
    }

    private byte[] Key => key ??= readKey();

    public string Make(TokenPurpose purpose, Subscription subscription)
    {
        var mac = Mac(purpose.ToString(), subscription.Id, subscription.Generation);
        return $"{subscription.Id}.{subscription.Generation}.{mac}";
    }

    /// <summary>
    /// The subscription id and generation that a token was created for; null when the token is not valid for this
    /// purpose.
    /// </summary>
    public (string SubscriptionId, int Generation)? Read(TokenPurpose purpose, string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3
            || !int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out var generation))
        {
            return null;
        }

        var expected = Mac(purpose.ToString(), parts[0], generation);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(parts[2]))
            ? (parts[0], generation) : null;
    }

    /// <summary>The value with which an endpoint must answer a verification. It cannot be guessed.</summary>
    public string Challenge(string messageId) => Mac("Challenge", messageId, 0);

    /// <summary>
    /// Derives an identity from a key, request and instant. Deterministic, but indistinguishable from random without
    /// the service's own key.
    /// </summary>
    /// <param name="idempotencyKey">The key that the client sent.</param>
    /// <param name="request">A hash from <see cref="RequestHash"/>.</param>
    /// <param name="at">When the key was first used.</param>
    public SubscriptionIdentity IdentityOf(string idempotencyKey, string request, Instant at)
    {
        var of = $"{idempotencyKey}|{request}|{at.ToUnixTimeMilliseconds()}";
        return new(
            "sub_" + Base32.LowerCase(Hash($"Subscribe|{of}"), 26),
                WebhookSecrets.Prefix + Convert.ToBase64String(Hash($"Secret|{of}")));
    }

    /// <summary>The hash under which an idempotency key is stored.</summary>
    public string KeyHash(string idempotencyKey) => Base32.LowerCase(Hash("Key|" + idempotencyKey), 26);

    /// <summary>A hash that is equal for equal requests.</summary>
    /// <param name="client">A hash from <see cref="ClientOf"/>; empty when the client does not matter.</param>
    public string RequestHash(string client, string body) => Base32.LowerCase(Hash($"Request|{client}|{body}"), 26);

    /// <summary>
    /// A hash that distinguishes clients without storing their addresses; empty for an unknown address.
    /// </summary>
    public string ClientOf(string? address) => address is null ? "" : Base32.LowerCase(Hash("Client|" + address), 16);

    private byte[] Hash(string text) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(text));

    private string Mac(string purpose, string id, int generation) =>
        Base64Url.EncodeToString(Hash($"{purpose}|{id}|{generation}"));
}
