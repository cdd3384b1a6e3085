using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>Stores the requests of idempotency keys. Each call also deletes those older than a day.</summary>
internal sealed class SqliteRequestKeys(Database database) : IRequestKeys
{
    public Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel) =>
        Task.FromResult(database.Write((session, now) =>
    {
        session.Execute("DELETE FROM request_keys WHERE at < @1", now - KeptRequest.Lasts);
        session.Execute("INSERT INTO request_keys (key, request, at) VALUES (@1, @2, @3) ON CONFLICT DO NOTHING", key,
            request, now);
        return session.First(
            "SELECT request, at FROM request_keys WHERE key = @1", row =>
                new KeptRequest(row.GetString(0), row.Instant(1)), key)!; // inserted above
    }));
}
