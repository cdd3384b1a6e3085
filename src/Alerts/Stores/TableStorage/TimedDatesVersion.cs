using Alerts.Dates;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// A version of the dates that is valid for one second of the service's clock, or until this process changes a date.
/// Tables cannot tell cheaply whether any date has changed, so readers may see a change by another process up to a
/// second late.
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

    /// <summary>Ends the current version. Call it after a change: what was read meanwhile is not kept.</summary>
    public void End()
    {
        lock (looking)
        {
            stamp = null;
        }
    }
}
