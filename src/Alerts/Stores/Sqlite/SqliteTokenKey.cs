using System.Security.Cryptography;

namespace Alerts.Stores.Sqlite;

/// <summary>The service's own key: 32 random bytes, generated at the first start and stored in the database.</summary>
internal static class SqliteTokenKey
{
    public static byte[] Get(Database database) =>
        database.Write(
            (session, _) =>
            {
                session.Execute(
                    "INSERT OR IGNORE INTO settings (name, value) VALUES ('token_key', @1)",
                    Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
                return Convert.FromBase64String(
                    session.Text("SELECT value FROM settings WHERE name = 'token_key'")!); // inserted above
            }
        );
}
