using System.Data;
using System.Globalization;
using Alerts.Sources;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>Stores sources and the dates read from them.</summary>
internal sealed class SqliteSources(Database database) : ISources
{
    private const string EntryColumns = "d.state, d.version";

    public Task<IReadOnlyList<SourceState>> ListAsync(CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<SourceState>>(session => session.Query(
            "SELECT state, version FROM sources WHERE removed = 0 ORDER BY id", State));

    public Task<SourceState?> FindAsync(string id, CancellationToken cancel) =>
        database.ReadAsync(session => Find(session, id));

    public Task<SourceState?> SaveAsync(SourceState state, CancellationToken cancel) =>
        database.WriteAsync((session, _) => session.Number(
            """
            INSERT INTO sources (id, version, removed, state) VALUES (@1, 1, @2, @3)
            ON CONFLICT (id) DO UPDATE SET version = version + 1, removed = excluded.removed, state = excluded.state
            WHERE version = @4
            RETURNING version
            """,
            state.Id, state.IsRemoved ? 1 : 0, state.ToStored(), state.Version) is { } version
            ? state with { Version = version } : null);

    public Task<bool> ClaimAsync(string id, CancellationToken cancel) => database.WriteAsync((session, _) =>
    {
        var owner = session.Text("SELECT owner FROM sources WHERE id = @1", id);
        // A claim of this process is left over from a release that failed: SourceClaims asks for no second one.
        return (owner is null || owner == database.Owner.Id || !database.Owner.IsAlive(owner))
            && session.Execute("UPDATE sources SET owner = @2 WHERE id = @1", id, database.Owner.Id) > 0;
    });

    public Task ReleaseAsync(string id, CancellationToken cancel) => database.WriteAsync((session, _) =>
        session.Execute("UPDATE sources SET owner = NULL WHERE id = @1 AND owner = @2", id, database.Owner.Id));

    public Task<IReadOnlyList<SourceEntry>> EntriesAsync(string sourceId, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<SourceEntry>>(session => session.Query(
            $"SELECT {EntryColumns} FROM source_dates d WHERE d.source_id = @1 ORDER BY d.date_id", Entry, sourceId));

    public Task<SourceEntry?> EntryAsync(string sourceId, string keyDateId, CancellationToken cancel) =>
        database.ReadAsync(session => session.First(
            $"SELECT {EntryColumns} FROM source_dates d WHERE d.source_id = @1 AND d.date_id = @2", Entry,
            sourceId, keyDateId));

    public Task<IReadOnlyList<SourceEntry>> EntriesOfAsync(
        IReadOnlyList<string> keyDateIds, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<SourceEntry>>(session => keyDateIds.SelectMany(id =>
            session.Query($"SELECT {EntryColumns} FROM source_dates d WHERE d.date_id = @1", Entry, id)).ToList());

    public Task<IReadOnlyList<SourceEntry?>> SaveEntriesAsync(
        IReadOnlyList<SourceEntry> entries, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<SourceEntry?>>(entries.Count == 0 ? [] : database.Write((session, _) =>
            entries.Select(entry => Save(session, entry)).ToList()));

    public Task<IReadOnlyList<ProposalPlace>> ProposalsAsync(
        ProposalPlace? after, int limit, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<ProposalPlace>>(session => session.Query(
            """
            SELECT proposal AS id, source_id, date_id, found_at FROM source_dates
            WHERE proposal IS NOT NULL AND (@1 IS NULL OR (found_at, proposal) > (@1, @2))
            ORDER BY found_at, proposal LIMIT @3
            """,
            Place, after?.FoundAt, after?.Id, limit));

    public Task<ProposalPlace?> FindProposalAsync(string id, CancellationToken cancel) =>
        database.ReadAsync(session => session.First(
            "SELECT id, source_id, date_id, found_at FROM proposals WHERE id = @1", Place, id));

    public Task<int> CountProposalsAsync(CancellationToken cancel) => database.ReadAsync(session =>
        (int)(session.Number("SELECT count(*) FROM source_dates WHERE proposal IS NOT NULL") ?? 0));

    private static SourceState? Find(Session session, string id) =>
        session.First("SELECT state, version FROM sources WHERE id = @1", State, id);

    private static SourceEntry? Save(Session session, SourceEntry entry)
    {
        var before = entry.Tag is null ? 0 : long.Parse(entry.Tag, CultureInfo.InvariantCulture);
        var saved = session.Number(
            """
            INSERT INTO source_dates (source_id, date_id, version, proposal, found_at, state)
            VALUES (@1, @2, 1, @3, @4, @5)
            ON CONFLICT (source_id, date_id) DO UPDATE SET version = version + 1, proposal = excluded.proposal,
                found_at = excluded.found_at, state = excluded.state
            WHERE version = @6
            RETURNING version
            """,
            entry.SourceId, entry.KeyDateId, entry.Proposal?.Id, entry.Proposal?.FoundAt, entry.ToStored(), before);
        if (saved is not { } version)
        {
            return null;
        }

        if (entry.Proposal is { } proposal)
        {
            session.Execute(
                "INSERT INTO proposals (id, source_id, date_id, found_at) VALUES (@1, @2, @3, @4) "
                + "ON CONFLICT DO NOTHING",
                proposal.Id, entry.SourceId, entry.KeyDateId, proposal.FoundAt);
        }

        return entry.StoredAs(version.ToString(CultureInfo.InvariantCulture));
    }

    private static SourceState State(SqliteDataReader row) =>
        SourceState.FromStored(row.GetString("state"), row.GetInt64("version"));

    private static SourceEntry Entry(SqliteDataReader row) =>
        SourceEntry.FromStored(
            row.GetString("state"), row.GetInt64("version").ToString(CultureInfo.InvariantCulture));

    private static ProposalPlace Place(SqliteDataReader row) =>
        new(row.GetString("id"), row.GetString("source_id"), row.GetString("date_id"), row.Instant("found_at"));
}
