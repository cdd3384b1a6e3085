using NodaTime;

namespace Alerts.Audit;

/// <summary>Audits everything in a store. Read-only.</summary>
internal interface IAudit
{
    /// <param name="from">Audit only alerts due at or after this instant; null for no lower bound.</param>
    /// <param name="to">
    /// Audit only alerts due at or before this instant; null for the start of the last finished watch run.
    /// </param>
    Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel);
}
