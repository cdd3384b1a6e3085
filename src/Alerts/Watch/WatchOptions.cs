using Alerts.Core;
using NodaTime;

namespace Alerts.Watch;

/// <summary>How the watcher runs (<c>Alerts:Watch</c>).</summary>
/// <param name="Every">Between runs, on the service's clock; default 30 s.</param>
internal sealed record WatchOptions(Duration Every)
{
    /// <summary>How far a run reaches ahead of now: twice the interval, at least 10 minutes.</summary>
    public Duration LookAhead => Duration.Max(Every * 2, Duration.FromMinutes(10));

    public static WatchOptions From(Settings settings) => new(settings.Span(
        "Watch:Every", Duration.FromSeconds(30), Duration.FromSeconds(1), Duration.FromDays(1)));
}
