using System.Data.Common;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;
using Microsoft.Data.Sqlite;

namespace Alerts.Core;

/// <summary>Distinguishes an unavailable store or network from a bug in this service.</summary>
internal static partial class Outage
{
    /// <summary>
    /// SQLite's primary result codes (https://www.sqlite.org/rescode.html) for problems with the file, its disk or
    /// other processes that use it.
    /// </summary>
    private static readonly HashSet<int> OfTheFile =
    [
        5, // BUSY
        6, // LOCKED
        8, // READONLY
        10, // IOERR
        11, // CORRUPT
        13, // FULL
        14, // CANTOPEN
        15, // PROTOCOL
        26, // NOTADB
    ];

    /// <summary>The first cause, in one line; null when the exception is not an outage.</summary>
    public static string? CauseOf(Exception e) => e switch
    {
        AggregateException { InnerExceptions: { Count: > 0 } tries } =>
            tries.All(one => one is OperationCanceledException || CauseOf(one) is not null)
                ? CauseOf(tries[0]) ?? OneLine(tries[0]) // an attempt that timed out is reported as cancelled
                : null,
        SqliteException sqlite => OfTheFile.Contains(sqlite.SqliteErrorCode) ? OneLine(sqlite) : null,
        RequestFailedException { Status: 0 } unanswered => OneLine(unanswered),
        RequestFailedException { Status: 401 or 403 or 408 or 429 or >= 500 } azure =>
            $"the store answered {azure.Status} {azure.ErrorCode ?? CodeIn(azure.Message)}".TrimEnd(),
        OperationCanceledException { InnerException: TimeoutException or IOException } late => OneLine(late),
        DbException or IOException or UnauthorizedAccessException or TimeoutException => OneLine(e),
        AuthenticationFailedException => OneLine(e),
        _ => null,
    };

    /// <summary>The type and the first line of an exception, for a log line and the operator's page.</summary>
    public static string OneLine(Exception e)
    {
        var text = e.Message.AsSpan().Trim();
        var end = text.IndexOfAny('\r', '\n');
        return $"{e.GetType().Name}: {(end < 0 ? text : text[..end])}";
    }

    /// <summary>
    /// The error code in the response body (<c>"code":"ServerBusy"</c>), which the exception message repeats; empty for
    /// none.
    /// </summary>
    private static string CodeIn(string message) => Code().Match(message).Groups[1].Value;

    [GeneratedRegex("\"code\"\\s*:\\s*\"([A-Za-z]+)\"")]
    private static partial Regex Code();
}
