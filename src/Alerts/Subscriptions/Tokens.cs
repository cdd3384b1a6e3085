using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>What a token allows; one for another purpose opens nothing.</summary>
internal enum TokenPurpose
{
    Confirm,
    Manage,
    Unsubscribe,
    Calendar,

    /// <summary>Confirms the contact of a webhook.</summary>
    ConfirmContact,

    /// <summary>Ends the warnings to the contact of a webhook, and nothing else.</summary>
    StopWarnings,
}

/// <summary>The key a store keeps for the service, made at first start.</summary>
/// <param name="Bytes">32 random bytes.</param>
internal sealed record StoredTokenKey(byte[] Bytes);

/// <summary>
/// Makes and reads tokens: <c>subscription id . generation . HMAC-SHA256</c> over purpose, id and generation under the
/// service's own key, so that every mail can carry them and none is stored.
/// </summary>
/// <param name="readKey">32 bytes made at first start and kept with the data, or <c>Alerts:TokenKey</c>. Called until it succeeds.</param>
internal sealed class Tokens(Func<byte[]> readKey)
{
    private byte[]? key;

    public Tokens(byte[] key)
        : this(() => key)
    {
    }

    private byte[] Key => key ??= readKey();

    public string Make(TokenPurpose purpose, Subscription subscription) =>
        FormattableString.Invariant(
            $"{subscription.Id}.{subscription.Generation}.{Mac(purpose.ToString(), subscription.Id, subscription.Generation)}"
        );

    /// <summary>The subscription id and generation a token was made for; null when it is not one of ours for that purpose.</summary>
    public (string SubscriptionId, int Generation)? Read(TokenPurpose purpose, string token)
    {
        var parts = token.Split('.');
        if (
            parts.Length != 3
            || !int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out var generation))
        {
            return null;
        }

        var expected = Mac(purpose.ToString(), parts[0], generation);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected),
            Encoding.UTF8.GetBytes(parts[2]))
            ? (parts[0], generation)
            : null;
    }

    /// <summary>What an endpoint must answer a verification with; nobody else can know it.</summary>
    public string Challenge(string messageId) => Mac("Challenge", messageId, 0);

    /// <summary>
    /// The same for the same key, request and instant, and as good as random without the service's own key.
    /// </summary>
    /// <param name="idempotencyKey">As the client chose it.</param>
    /// <param name="request">Of <see cref="RequestHash"/>.</param>
    /// <param name="at">When the key was first seen.</param>
    public SubscriptionIdentity IdentityOf(string idempotencyKey, string request, Instant at)
    {
        var of = FormattableString.Invariant($"{idempotencyKey}|{request}|{at.ToUnixTimeMilliseconds()}");
        return new(
            "sub_" + Base32.LowerCase(Hash($"Subscribe|{of}"), 26),
                WebhookSecrets.Prefix + Convert.ToBase64String(Hash($"Secret|{of}")));
    }

    /// <summary>Stands for an idempotency key in the store.</summary>
    public string KeyHash(string idempotencyKey) => Base32.LowerCase(Hash("Key|" + idempotencyKey), 26);

    /// <summary>Equal for equal requests.</summary>
    /// <param name="client">Of <see cref="ClientOf"/>; empty where it does not matter.</param>
    public string RequestHash(string client, string body) => Base32.LowerCase(Hash($"Request|{client}|{body}"), 26);

    /// <summary>Tells clients apart without keeping their addresses; empty for an unknown one.</summary>
    public string ClientOf(string? address) => address is null ? "" : Base32.LowerCase(Hash("Client|" + address), 16);

    private byte[] Hash(string text) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(text));

    private string Mac(string purpose, string id, int generation) =>
        Base64Url(Hash(FormattableString.Invariant($"{purpose}|{id}|{generation}")));

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
