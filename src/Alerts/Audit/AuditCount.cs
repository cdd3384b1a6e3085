using Alerts.Core;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Audit;

/// <summary>The audit's verdict while it is being added up.</summary>
internal sealed class AuditCount
{
    /// <summary>Problems beyond this number are counted and not listed.</summary>
    private const int MaxProblems = 1000;

    private readonly Dictionary<DeliveryState, long> states = Enum.GetValues<DeliveryState>().ToDictionary(state =>
        state, _ => 0L);

    /// <summary>Names the subscription and date the next problems are about.</summary>
    public (string SubscriptionId, string KeyDateId) About { get; set; }

    public long Owed { get; private set; }

    /// <summary>
    /// Alerts that were owed and are not in the ledger, or are void though nothing takes their place.
    /// </summary>
    public long Missing { get; private set; }

    /// <summary>Alerts that were attempted and should not have been.</summary>
    public long Unexpected { get; private set; }

    /// <summary>
    /// Subscriptions and dates of which the last delivered word is not true, with no correction open or failed.
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

    /// <param name="why">What became of it.</param>
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

    /// <param name="told">The newest delivered alert.</param>
    public void AddStale(AlertName told, int current)
    {
        Stale++;
        Note(
            told,
            $"stale: {Name(told)} is the last that was delivered; r{current} differs and no correction to it is open or failed"
        );
    }

    private string Name(AlertName alert) =>
        $"{alert.Kind.Word()} {alert.Lead} of {About.KeyDateId} r{alert.Revision} for {About.SubscriptionId}";

    private void Note(AlertName alert, string problem)
    {
        if (Problems.Count < MaxProblems)
        {
            Problems.Add((AlertKey.Of(About.SubscriptionId, About.KeyDateId, alert.Revision, alert.Kind, alert.Lead),
                problem));
        }
    }
}
