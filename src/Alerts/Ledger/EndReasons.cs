namespace Alerts.Ledger;

/// <summary>
/// Reasons why a row reached its final state without being delivered, as lists and the audit show them.
/// </summary>
internal static class EndReasons
{
    public const string Superseded = "superseded";
    public const string Unsubscribed = "unsubscribed";
    public const string EndpointDisabled = "endpoint disabled";
    public const string NotInTime = "not delivered before it expired";
    public const string NotAskedFor = "not asked for any more";
    public const string Overtaken = "overtaken";
    public const string NothingElseKnown = "nothing else was told";
    public const string SentUnderAnother = "sent under another lead";
}
