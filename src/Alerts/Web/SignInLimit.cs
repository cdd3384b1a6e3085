using System.Threading.RateLimiting;

namespace Alerts.Web;

/// <summary>The verdict on an operator key.</summary>
internal enum SignInVerdict
{
    Right,
    Wrong,

    /// <summary>The key was not examined. The response is already a 429, without a body.</summary>
    TooMany,
}

/// <summary>
/// Allows 10 wrong operator keys a minute per client, in real time and in this process. After that every key from
/// that client is refused for the rest of the minute, even the right one. Only for clients on this machine the right
/// key still works.
/// </summary>
internal sealed partial class SignInLimit(AdminAccess admin, ILogger<SignInLimit> log) : IDisposable
{
    private const int WrongKeysAMinute = 10;

    /// <summary>The key under which all clients on this machine are counted.</summary>
    private const string ThisMachine = "this machine";

    private readonly PartitionedRateLimiter<string> wrongKeys =
        RateLimits.Of(WrongKeysAMinute, TimeSpan.FromMinutes(1));

    /// <param name="key">The key that was sent; null for none, which is wrong but not counted.</param>
    public SignInVerdict Judge(HttpContext context, string? key)
    {
        if (key is null)
        {
            return SignInVerdict.Wrong;
        }

        var isRight = admin.IsKey(key);
        if (ClientOf(context) is not { } client || (isRight && client == ThisMachine))
        {
            return isRight ? SignInVerdict.Right : SignInVerdict.Wrong;
        }

        // Acquiring 0 permits only checks whether any are left.
        using var lease = wrongKeys.AttemptAcquire(client, isRight ? 0 : 1);
        if (!lease.IsAcquired)
        {
            RateLimits.Refuse(context.Response, lease);
            return SignInVerdict.TooMany;
        }

        if (!isRight && wrongKeys.GetStatistics(client) is { CurrentAvailablePermits: 0 })
        {
            LogTooMany(log, WrongKeysAMinute);
        }

        return isRight ? SignInVerdict.Right : SignInVerdict.Wrong;
    }

    public void Dispose() => wrongKeys.Dispose();

    /// <summary>
    /// The client to count; null if it is not known, as under a Functions host that does not report it.
    /// </summary>
    private static string? ClientOf(HttpContext context) =>
        ClientAddress.Of(context) ?? (ClientAddress.IsLocal(context) ? ThisMachine : null);

    [LoggerMessage(LogLevel.Warning,
        "One client sent {Count} wrong operator keys within a minute; its next ones are refused for up to a minute.")]
    private static partial void LogTooMany(ILogger logger, int count);
}
