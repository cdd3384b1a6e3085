using System.Diagnostics;
using Alerts.Core;
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
    private Session writer;
    private long busyAt;
    private bool isBroken;
    private readonly System.Collections.Concurrent.ConcurrentBag<Session> readers = [];

    /// <summary>
    /// How long a write waits for its turn in this process, and again for other processes. A request is answered within
    /// 10 s.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>
    /// After a write has waited in vain, others fail at once for this long: they have waited for the same.
    /// </summary>
    private static readonly TimeSpan RefusesFor = TimeSpan.FromSeconds(1);

    /// <exception cref="IOException">The folder or file cannot be made, opened or written, or a newer version wrote it.</exception>
    public Database(string path, ServiceClock clock)
    {
        this.clock = clock;
        try
        {
            OwnerOnly.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            if (!File.Exists(path))
            {
                // Made here for its mode, which SQLite gives to the files beside it too.
                OwnerOnly.OpenFile(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            }

            connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = (int)Patience.TotalSeconds,
            }.ToString();
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
    /// <exception cref="SqliteException">The file is locked, full, read-only or broken; nothing is written
    /// then.</exception>
    public T Write<T>(Func<Session, Instant, T> work)
    {
        if (!writing.TryEnter(Patience))
        {
            throw Busy();
        }

        try
        {
            BeginWriting();
            try
            {
                var result = work(writer, clock.Now);
                writer.Execute("COMMIT");
                return result;
            }
            catch
            {
                RollBack();
                throw;
            }
        }
        finally
        {
            writing.Exit();
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
            var result = work(session);
            session.Execute("COMMIT");
            readers.Add(session);
            return result;
        }
        catch
        {
            session.Dispose(); // it may be in the midst of something
            throw;
        }
    }

    public void Dispose()
    {
        Owner.Dispose();
        lock (writing) // what is written right now is written to its end
        {
            writer.Dispose();
        }

        while (readers.TryTake(out var reader)) // nobody else can take it then
        {
            reader.Dispose();
        }
    }

    private void BeginWriting()
    {
        if (busyAt != 0 && Stopwatch.GetElapsedTime(busyAt) < RefusesFor)
        {
            throw Busy();
        }

        if (isBroken)
        {
            writer.Dispose();
            writer = Open();
            isBroken = false;
        }

        try
        {
            writer.Execute("BEGIN IMMEDIATE");
            busyAt = 0;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            busyAt = Stopwatch.GetTimestamp();
            throw;
        }
    }

    /// <summary>
    /// SQLite ends a transaction itself when its file is full: its own error is the one to report, not that of a second
    /// end.
    /// </summary>
    private void RollBack()
    {
        try
        {
            if (writer.IsInTransaction)
            {
                writer.Execute("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            isBroken = true; // a new connection rolls back what this one cannot
        }
    }

    private static SqliteException Busy() => new("SQLite Error 5: 'database is locked'.", SQLitePCL.raw.SQLITE_BUSY);

    private Session Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var session = new Session(connection);
        session.Execute("PRAGMA busy_timeout = 250"); // and the library tries again until its own time-out
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA cache_size = -65536");
        session.Execute("PRAGMA wal_autocheckpoint = 4000");
        return session;
    }

    private void Migrate() =>
        Write(
            (session, _) =>
            {
                var version = (int)(session.Number("PRAGMA user_version") ?? 0);
                if (version > Schema.Migrations.Count)
                {
                    throw new IOException(
                        $"a newer version of alerts wrote it (schema {version}, this one knows {Schema.Migrations.Count})"
                    );
                }

                for (; version < Schema.Migrations.Count; version++)
                {
                    session.Execute(Schema.Migrations[version]);
                    session.Execute(FormattableString.Invariant($"PRAGMA user_version = {version + 1}"));
                }
            });
}
