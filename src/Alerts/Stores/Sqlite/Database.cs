using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// One SQLite file with one writer in this process and any number of readers. SQLite's file lock serializes the
/// writers of several processes. Every commit is on disk before it returns (WAL, <c>synchronous=FULL</c>).
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
    /// How long a write waits for the other writers of this process, and then again for other processes. A request
    /// must be answered within 10 s.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long further writes fail at once after one has waited for other processes in vain: they would wait for the
    /// same lock.
    /// </summary>
    private static readonly TimeSpan RefusesFor = TimeSpan.FromSeconds(1);

    /// <exception cref="IOException">
    /// The folder or file cannot be created, opened or written, or a newer version has written it.
    /// </exception>
    public Database(string path, ServiceClock clock)
    {
        this.clock = clock;
        try
        {
            OwnerOnly.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            if (!File.Exists(path))
            {
                // Created here to set its mode, which SQLite copies to the files beside it.
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

    /// <summary>The current time of the service's clock.</summary>
    public Instant Now => clock.Now;

    /// <summary>Identifies this process in its claims. The claims are void once the process has ended.</summary>
    public ProcessLock Owner { get; }

    /// <summary>
    /// Runs a write transaction. It passes the time read while the file's write lock is held, so that the order of
    /// times is the order of commits.
    /// </summary>
    /// <exception cref="SqliteException">
    /// The file is locked, full, read-only or corrupt. Nothing has been written then.
    /// </exception>
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

    /// <summary>Runs a write transaction, as <see cref="Write{T}"/> does: at once, not in the background.</summary>
    public Task<T> WriteAsync<T>(Func<Session, Instant, T> work) => Task.FromResult(Write(work));

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<Session, Instant> work)
    {
        Write(work);
        return Task.CompletedTask;
    }

    /// <summary>Runs one write transaction per page of a set of row numbers.</summary>
    /// <param name="lastOfPage">
    /// Selects the last number of the page: <c>@1</c> is <paramref name="key"/>, <c>@2</c> the number before the page,
    /// <c>@3</c> the page's size minus one.
    /// </param>
    /// <param name="work">
    /// Gets the number before its page and the last one of it; returns the number of rows that it has written.
    /// </param>
    /// <returns>The sum of what <paramref name="work"/> returned.</returns>
    public long WriteInPages(string lastOfPage, long key, int size, Func<Session, Instant, long, long, int> work,
        CancellationToken cancel)
    {
        var total = 0L;
        for (long? after = -1; after is { } from;)
        {
            cancel.ThrowIfCancellationRequested();
            after = Write((session, now) =>
            {
                var last = session.Number(lastOfPage, key, from, size - 1);
                total += work(session, now, from, last ?? long.MaxValue);
                return last;
            });
        }

        return total;
    }

    /// <summary>Runs a read transaction, as <see cref="Read"/> does: at once, not in the background.</summary>
    public Task<T> ReadAsync<T>(Func<Session, T> work) => Task.FromResult(Read(work));

    /// <summary>Runs a read transaction, which sees one consistent state.</summary>
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
            session.Dispose(); // a statement or transaction may still be open
            throw;
        }
    }

    public void Dispose()
    {
        Owner.Dispose();
        lock (writing) // lets a running write finish
        {
            writer.Dispose();
        }

        while (readers.TryTake(out var reader)) // a reader that was taken is not in use elsewhere
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
    /// Rolls the transaction back if it is still open. SQLite ends a transaction itself when the disk is full; that
    /// first error is the one to report, not the failure of a second rollback.
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
            isBroken = true; // closing it rolls back; the next write opens a new connection
        }
    }

    private static SqliteException Busy() => new("SQLite Error 5: 'database is locked'.", SQLitePCL.raw.SQLITE_BUSY);

    /// <summary>Opens a separate connection. The caller disposes it.</summary>
    public Session Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var session = new Session(connection);
        session.Execute("PRAGMA busy_timeout = 250"); // Microsoft.Data.Sqlite retries until its own timeout
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
            throw new IOException(
                $"a newer version of alerts wrote it (schema {version}, this one knows {Schema.Migrations.Count})");
        }

        for (; version < Schema.Migrations.Count; version++)
        {
            session.Execute(Schema.Migrations[version]);
            session.Execute(FormattableString.Invariant($"PRAGMA user_version = {version + 1}"));
        }
    });
}
