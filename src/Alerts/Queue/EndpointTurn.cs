namespace Alerts.Queue;

/// <summary>One attempt that may be under way. Each is itself and no other: there is no equality by content.</summary>
internal sealed class EndpointTurn(string endpoint, long host, bool isRetry, AttemptKind kind, long begunAt)
{
    public string Endpoint => endpoint;

    public long Host => host;

    public bool IsRetry => isRetry;

    /// <summary>As which kind of endpoint it began.</summary>
    public AttemptKind Kind => kind;

    /// <summary>A timestamp of the real clock.</summary>
    public long BegunAt => begunAt;
}

/// <summary>Where a due row waits for its endpoint's turn. The numbers are stored.</summary>
internal enum Place
{
    /// <summary>It fell due a moment ago, or its endpoint is quick at present.</summary>
    Ready = 0,

    /// <summary>
    /// Its endpoint was quick the last time, but has not been tried lately, and there is no room to try it.
    /// </summary>
    Untried = 1,

    /// <summary>Its endpoint is slow, or has had no quick success yet.</summary>
    Slow = 2,

    /// <summary>Its endpoint has all the attempts it may have under way; it comes back when one of them ends.</summary>
    SetBack = 3,

    /// <summary>As <see cref="Untried"/>, with several quick successes in a row.</summary>
    Trusted = 4,
}
