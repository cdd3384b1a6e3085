namespace Alerts.Queue;

/// <summary>How a channel's concurrent attempts are divided (product contract, section 20 "Fairness").</summary>
/// <param name="capacity">Maximum number of concurrent attempts.</param>
internal sealed class ShareLimits(int capacity)
{
    /// <summary>
    /// Maximum number of attempts to slow endpoints, including those that have had no quick success yet.
    /// </summary>
    public int MaxSlow => Math.Max(1, capacity * 4 / 5);

    /// <summary>Capacity reserved for due retries.</summary>
    public int KeptForRetries => Math.Max(1, capacity / 10);

    /// <summary>Capacity reserved for endpoints that are currently quick, in case all trusted ones hang.</summary>
    public int KeptForProven => Math.Max(1, capacity / 50);

    /// <summary>Capacity reserved for trusted and currently quick endpoints, in case all others hang.</summary>
    public int KeptForTrusted => Math.Max(1, capacity / 10);

    /// <summary>
    /// Maximum number of endpoints tried again at once, so that those that hang are detected before the rest are tried.
    /// </summary>
    public int MaxTried => Math.Max(1, capacity / 5);
}
