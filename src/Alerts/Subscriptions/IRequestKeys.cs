namespace Alerts.Subscriptions;

/// <summary>Remembers for 24 h which request first used each <c>Idempotency-Key</c>.</summary>
internal interface IRequestKeys
{
    /// <summary>Records a request under its key, unless the key was used in the last 24 h.</summary>
    /// <param name="key">A hash of the key.</param>
    /// <param name="request">A hash of everything that identifies the request.</param>
    /// <returns>The request that the key now refers to.</returns>
    Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel);
}

/// <summary>The request that an <c>Idempotency-Key</c> refers to.</summary>
/// <param name="Request">The request hash that was recorded.</param>
/// <param name="At">When it was recorded, by the service's clock.</param>
internal sealed record KeptRequest(string Request, Instant At)
{
    /// <summary>How long a key is remembered (product contract, section 20).</summary>
    public static readonly Duration Lasts = Duration.FromHours(24);
}
