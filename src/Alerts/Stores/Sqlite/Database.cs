using Alerts.App;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// One SQLite file: a single writer in this process (others wait for their turn at the file), any number of readers.
/// Every commit is on disk before it returns (WAL, <c>synchronous=FULL</c>).
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly string connectionString;
    private readonly ServiceClock clock;
    private readonly Lock writing = new();
    private readonly Session writer;
    private readonly System.Collections.Concurrent.ConcurrentBag<Session> readers = [];

    /// <exception cref="IOException">The folder or file cannot be made, opened or written, or a newer version wrote it.</exception>
    public Database(string path, ServiceClock clock)
    {
        this.clock = clock;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString();
            writer = Open();
            Migrate();
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException or IOException)
        {
            writer?.Dispose();
            throw new IOException($"cannot use {Path.GetFullPath(path)}: {e.Message}", e);
        }

        Owner = new ProcessLock(path);
    }

    /// <summary>The time by the service's clock.</summary>
    public Instant Now => clock.Now;

    /// <summary>Marks what this process claims; its end ends the claims.</summary>
    public ProcessLock Owner { get; }

    /// <summary>Runs a transaction that writes. It is given the time as read while holding the file's write lock, so that the order of times is the order of commits.</summary>
    public T Write<T>(Func<Session, Instant, T> work)
    {
        lock (writing)
        {
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work(writer, clock.Now);
                writer.Execute("COMMIT");
                return result;
            }
            catch
            {
                writer.Execute("ROLLBACK");
                throw;
            }
        }
    }

    public void Write(Action<Session, Instant> work) => Write((session, now) =>
    {
        work(session, now);
        return true;
    });

    /// <summary>A connection of the caller's own, to read with; the caller closes it.</summary>
    public Session OpenReader() => Open();

    /// <summary>Runs a transaction that reads one consistent state.</summary>
    public T Read<T>(Func<Session, T> work)
    {
        var session = readers.TryTake(out var free) ? free : Open();
        try
        {
            session.Execute("BEGIN");
            try
            {
                return work(session);
            }
            finally
            {
                session.Execute("COMMIT");
            }
        }
        finally
        {
            readers.Add(session);
        }
    }

    public void Dispose()
    {
        Owner.Dispose();
        writer.Dispose();
        foreach (var reader in readers)
        {
            reader.Dispose();
        }
    }

    private Session Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var session = new Session(connection);
        session.Execute("PRAGMA busy_timeout = 60000");
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA cache_size = -65536");
        session.Execute("PRAGMA wal_autocheckpoint = 4000");
        return session;
    }

    private void Migrate() => Write((session, _) =>
    {
        var version = (int)(session.Number("PRAGMA user_version") ?? 0);
        if (version > Schema.Migrations.Count)
        {
            throw new IOException($"a newer version of alerts wrote it (schema {version}, this one knows {Schema.Migrations.Count})");
        }

        for (; version < Schema.Migrations.Count; version++)
        {
            session.Execute(Schema.Migrations[version]);
            session.Execute(FormattableString.Invariant($"PRAGMA user_version = {version + 1}"));
        }
    });
}
