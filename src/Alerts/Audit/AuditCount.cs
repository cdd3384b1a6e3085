using Alerts.Due;
using Alerts.Ledger;
using NodaTime.Text;

namespace Alerts.Audit;

/// <summary>Accumulates the result of an audit.</summary>
internal sealed class AuditCount
{
    /// <summary>Maximum number of problems listed. Further problems are only counted.</summary>
    private const int MaxProblems = 1000;

    private readonly Dictionary<DeliveryState, long> states =
        Enum.GetValues<DeliveryState>().ToDictionary(state => state, _ => 0L);

    /// <summary>The subscription and key date that the next problems are about.</summary>
    public (string SubscriptionId, string KeyDateId) About { get; set; }

    public long Owed { get; private set; }

    /// <summary>Number of owed alerts that are not in the ledger, or are void although nothing replaces them.</summary>
    public long Missing { get; private set; }

    /// <summary>Number of alerts that were attempted but should not have been.</summary>
    public long Unexpected { get; private set; }

    /// <summary>
    /// Number of subscription and date pairs whose last delivered alert is out of date, with no correction open or
    /// failed.
    /// </summary>
    public long Stale { get; private set; }

    /// <summary>The first 1,000 problems, each with its alert key and a sentence.</summary>
    public List<(string AlertKey, string Problem)> Problems { get; } = [];

    public bool IsClean => Missing == 0 && Unexpected == 0 && Stale == 0;

    public long this[DeliveryState state] => states[state];

    public void Add(DeliveryState state)
    {
        Owed++;
        states[state]++;
    }

    /// <param name="why">What happened to the alert, as the rest of a sentence.</param>
    public void AddMissing(AlertName alert, Instant dueAt, string why)
    {
        Owed++;
        Missing++;
        Note(alert, $"missing: {Name(alert)}, due {InstantPattern.ExtendedIso.Format(dueAt)}, {why}");
    }

    public void AddUnexpected(AlertName alert, string why)
    {
        Unexpected++;
        Note(alert, $"unexpected: {Name(alert)} was attempted although {why}");
    }

    /// <param name="told">The last delivered alert.</param>
    /// <param name="current">The key date's current revision.</param>
    public void AddStale(AlertName told, int current)
    {
        Stale++;
        Note(
            told,
            $"stale: {Name(told)} is the last that was delivered; "
            + $"r{current} differs and no correction to it is open or failed");
    }

    private string Name(AlertName alert) =>
        $"{alert.Kind.Word()} {alert.Lead} of {About.KeyDateId} r{alert.Revision} for {About.SubscriptionId}";

    private void Note(AlertName alert, string problem)
    {
        if (Problems.Count < MaxProblems)
        {
            var key = AlertKey.Of(About.SubscriptionId, About.KeyDateId, alert.Revision, alert.Kind, alert.Lead);
            Problems.Add((key, problem));
        }
    }
}
