using System.Globalization;

namespace Alerts.Senders.Webhook;

/// <summary>
/// The process's limit of open files. Webhook connections get at most 40 % of it: a process under the common limit of
/// 1,024 needs about 270 files for its libraries, the store and incoming requests.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>Maximum number of connections that this process's limit allows; at least 1.</summary>
    public static int MaxConnections =>
        File.Exists("/proc/self/limits") ? MaxConnectionsOf(File.ReadAllText("/proc/self/limits")) : int.MaxValue;

    /// <param name="limits">
    /// The text of <c>/proc/self/limits</c> (proc_pid_limits(5)). The runtime raises the soft limit to the hard one
    /// when it starts.
    /// </param>
    internal static int MaxConnectionsOf(string limits)
    {
        var line = limits.Split('\n').FirstOrDefault(
            line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? (int)Math.Clamp(files * 2 / 5, 1, int.MaxValue)
            : int.MaxValue;
    }
}
