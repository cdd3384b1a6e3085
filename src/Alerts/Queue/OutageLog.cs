using System.Collections.Concurrent;

namespace Alerts.Queue;

/// <summary>Logs an outage once when it begins, with the first cause, and once when it ends.</summary>
internal sealed partial class OutageLog(ILogger log)
{
    private readonly ConcurrentDictionary<string, bool> open = new();

    /// <summary>Whether an outage of it has begun and not ended.</summary>
    public bool IsOpen(string what) => open.ContainsKey(what);

    /// <summary>Logs the beginning unless it has begun already.</summary>
    /// <param name="reason">Its first line is logged.</param>
    /// <returns>Whether it has just begun.</returns>
    public bool Begin(string what, string reason)
    {
        var isNew = open.TryAdd(what, true);
        if (isNew)
        {
            LogBegan(what, reason.Split('\n')[0].TrimEnd());
        }

        return isNew;
    }

    public void End(string what)
    {
        if (!open.IsEmpty && open.TryRemove(what, out _))
        {
            LogEnded(what);
        }
    }

    [LoggerMessage(LogLevel.Error, "{What} cannot be used: {Reason} It is tried again until it can.")]
    private partial void LogBegan(string what, string reason);

    [LoggerMessage(LogLevel.Information, "{What} can be used again.")]
    private partial void LogEnded(string what);
}
