using System.Data;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>A connection with its prepared statements. Parameters are named <c>@1</c>, <c>@2</c>, … in order.</summary>
internal sealed class Session(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = [];

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteNonQuery();

    /// <summary>Returns all rows, mapped. Callers limit their number with <c>LIMIT</c> or by key.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepared(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public T? First<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepared(sql, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    /// <summary>The numbers of a query with one column.</summary>
    public List<long> Numbers(string sql, params ReadOnlySpan<object?> values) =>
        Query(sql, row => row.GetInt64(0), values);

    /// <summary>The first number of a query with one column; null if there is none.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values) =>
        First(sql, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), values);

    /// <summary>The first text of a query with one column; null if there is none.</summary>
    public string? Text(string sql, params ReadOnlySpan<object?> values) =>
        First(sql, row => row.IsDBNull(0) ? null : row.GetString(0), values);

    public bool Any(string sql, params ReadOnlySpan<object?> values) => First(sql, _ => true, values);

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = FormattableString.Invariant($"@{i}") });
            }

            commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                Instant at => at.ToUnixTimeMilliseconds(),
                var value => value,
            };
        }

        return command;
    }
}

/// <summary>Reads columns in the store's formats: instants are Unix milliseconds.</summary>
internal static class Columns
{
    public static Instant Instant(this SqliteDataReader row, string column) =>
        NodaTime.Instant.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static Instant? InstantOrNull(this SqliteDataReader row, string column) =>
        row.IsDBNull(column) ? null : row.Instant(column);

    public static long? NumberOrNull(this SqliteDataReader row, string column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);

    public static string? TextOrNull(this SqliteDataReader row, string column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>Reads long results page by page, each page by a query of its own.</summary>
internal static class Pages
{
    /// <param name="start">The number before the first row: below all of them, or above all if they descend.</param>
    /// <param name="read">Reads the page after a number.</param>
    /// <param name="numberOf">The number of a row.</param>
    public static IEnumerable<T> Of<T>(long start, Func<long, IReadOnlyList<T>> read, Func<T, long> numberOf)
    {
        for (var after = start; read(after) is { Count: > 0 } page; after = numberOf(page[^1]))
        {
            foreach (var row in page)
            {
                yield return row;
            }
        }
    }

    /// <summary>Reads ascending numbers from 0.</summary>
    public static IEnumerable<long> OfNumbers(Func<long, IReadOnlyList<long>> read) => Of(-1, read, number => number);
}

/// <summary>
/// Writes JSON for <c>json_each</c> by hand, because the first use of the serializer takes as long as
/// opening the database.
/// </summary>
internal static class JsonList
{
    public static string Of(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    /// <summary>Writes a JSON object from row numbers to ids.</summary>
    /// <param name="ids">Ids must not contain characters that JSON escapes.</param>
    public static string Of(IReadOnlyDictionary<long, string?> ids) => "{" + string.Join(',', ids.Select(one =>
        FormattableString.Invariant($"\"{one.Key}\":{(one.Value is null ? "null" : $"\"{one.Value}\"")}"))) + "}";
}

/// <summary>
/// The order of recording, which does not depend on a clock. Write transactions are serialized, and so
/// are their numbers.
/// </summary>
internal static class Recording
{
    /// <summary>Returns the next recording number. Call it only inside a write transaction.</summary>
    // The table always has exactly one row.
    public static long Next(Session session) => session.Number("UPDATE recording SET no = no + 1 RETURNING no")!.Value;
}
