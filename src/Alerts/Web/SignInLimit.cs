using System.Threading.RateLimiting;

namespace Alerts.Web;

/// <summary>What a given operator key is.</summary>
internal enum SignInVerdict
{
    Right,
    Wrong,

    /// <summary>Not looked at: the response is a 429 by now, without its body.</summary>
    TooMany,
}

/// <summary>
/// Allows 10 wrong operator keys a minute per client, in real time and in this process. Beyond that every key from that
/// client is refused for the rest of the minute, the right one too; only on this machine the right one still counts.
/// </summary>
internal sealed partial class SignInLimit(AdminAccess admin, ILogger<SignInLimit> log) : IDisposable
{
    private const int WrongKeysAMinute = 10;

    /// <summary>Stands for all clients on this machine.</summary>
    private const string ThisMachine = "this machine";

    private readonly PartitionedRateLimiter<string> wrongKeys = PartitionedRateLimiter.Create<string, string>(client =>
        RateLimitPartition.GetFixedWindowLimiter(client, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = WrongKeysAMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    /// <param name="key">As it was given; null when there is none, which is wrong but not counted.</param>
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

        // Acquiring nothing only asks whether something is left.
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

    /// <summary>Null when it is not known, as under a Functions host that does not report it.</summary>
    private static string? ClientOf(HttpContext context) =>
        ClientAddress.Of(context) ?? (ClientAddress.IsLocal(context) ? ThisMachine : null);

    [LoggerMessage(LogLevel.Warning,
        "One client sent {Count} wrong operator keys within a minute; its next ones are refused for up to a minute.")]
    private static partial void LogTooMany(ILogger logger, int count);
}
