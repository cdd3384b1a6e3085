using Alerts.Dates;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Tables do not tell cheaply whether any date has changed, so what was read of the dates stands for a second of the service's clock, as
/// pages do, or until this process changes one: what another process changes is seen by readers of this one so much later at most.
/// </summary>
internal sealed class TimedDatesVersion
{
    private static readonly Duration Holds = Duration.FromSeconds(1);

    private readonly Lock looking = new();
    private long number;
    private Instant since;
    private DatesVersion? stamp;

    public DatesVersion Stamp(Instant now)
    {
        lock (looking)
        {
            if (stamp is null || now < since || now >= stamp.Until)
            {
                (since, stamp) = (now, new DatesVersion(++number, now + Holds));
            }

            return stamp;
        }
    }

    /// <summary>After all of a change is written: what was read meanwhile is not kept.</summary>
    public void End()
    {
        lock (looking)
        {
            stamp = null;
        }
    }
}
