namespace Alerts.Queue;

/// <summary>Permission for one attempt at an endpoint. A class, because turns are compared by reference.</summary>
internal sealed class EndpointTurn(string endpoint, long host, bool isRetry, AttemptKind kind)
{
    public string Endpoint => endpoint;

    public long Host => host;

    public bool IsRetry => isRetry;

    /// <summary>The endpoint's kind when the attempt began.</summary>
    public AttemptKind Kind => kind;

    /// <summary>When the attempt began: a timestamp in real time. Null while the turn is only reserved.</summary>
    public long? BegunAt { get; set; }
}

/// <summary>Where a due row waits for its endpoint. The numeric values are stored.</summary>
internal enum Place
{
    /// <summary>The row has just fallen due, or its endpoint is currently quick.</summary>
    Ready = 0,

    /// <summary>The endpoint was quick last time but not tried lately, and there is no room to try it now.</summary>
    Untried = 1,

    /// <summary>The endpoint is slow, or has had no quick success yet.</summary>
    Slow = 2,

    /// <summary>The endpoint has its maximum of attempts under way; the row comes back when one of them ends.</summary>
    SetBack = 3,

    /// <summary>
    /// The endpoint had several quick successes in a row but has not been tried lately, and there
    /// is no room to try it now.
    /// </summary>
    Trusted = 4,
}
