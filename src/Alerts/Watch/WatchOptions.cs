using Alerts.Core;
using NodaTime;

namespace Alerts.Watch;

/// <summary>Settings of the watcher (<c>Alerts:Watch</c>).</summary>
/// <param name="Every">Interval between runs, by the service's clock; 1 s to 1 day, default 30 s.</param>
internal sealed record WatchOptions(Duration Every)
{
    /// <summary>How far ahead of the current time a run looks: twice the interval, at least 10 minutes.</summary>
    public Duration LookAhead => Duration.Max(Every * 2, Duration.FromMinutes(10));

    public static WatchOptions From(Settings settings)
    {
        settings.CheckSchedule("Watch:Schedule");
        return new WatchOptions(settings.Span(
            "Watch:Every", Duration.FromSeconds(30), Duration.FromSeconds(1), Duration.FromDays(1)));
    }
}
