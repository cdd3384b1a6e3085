using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Remembers for 24 h which request each <c>Idempotency-Key</c> came with first.</summary>
internal interface IRequestKeys
{
    /// <summary>Keeps a request under its key, unless the key has one from the last 24 h.</summary>
    /// <param name="key">A hash of the key.</param>
    /// <param name="request">A hash of what must be equal for it to be the same request.</param>
    /// <returns>What the key stands for now.</returns>
    Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel);
}

/// <summary>What an <c>Idempotency-Key</c> stands for.</summary>
/// <param name="Request">As it was handed in.</param>
/// <param name="At">When, by the service's clock.</param>
internal sealed record KeptRequest(string Request, Instant At)
{
    /// <summary>Forgotten after (product contract, section 20).</summary>
    public static readonly Duration Lasts = Duration.FromHours(24);
}
