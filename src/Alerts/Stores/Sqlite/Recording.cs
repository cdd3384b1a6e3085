namespace Alerts.Stores.Sqlite;

/// <summary>
/// The order of recording, which depends on no clock. Write transactions follow each other, and so do their numbers.
/// </summary>
internal static class Recording
{
    /// <summary>The next number; only inside a transaction that writes.</summary>
    // one row, always there
    public static long Next(Session session) => session.Number("UPDATE recording SET no = no + 1 RETURNING no")!.Value;
}
