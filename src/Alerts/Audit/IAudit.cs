using NodaTime;

namespace Alerts.Audit;

/// <summary>Runs the audit over everything a store holds; only reads.</summary>
internal interface IAudit
{
    /// <param name="from">Only what was due at or after it; null for the beginning.</param>
    /// <param name="to">Only what was due at or before it; null for the start of the last finished watch run.</param>
    Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel);
}
