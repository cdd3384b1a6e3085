namespace Alerts.Stores.Sqlite;

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
