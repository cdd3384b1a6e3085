using Alerts.Core;
using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>The dates that a form offers to choose from; their topics are offered too.</summary>
internal sealed class ChoosableDates(IKeyDates dates, ServiceClock clock)
{
    /// <summary>
    /// Maximum number of dates offered; more would be hard to choose from. Any date can also be followed from
    /// its own page.
    /// </summary>
    private const int Max = 200;

    /// <summary>The dates that are not over, soonest first.</summary>
    public async Task<IReadOnlyList<KeyDate>> AllAsync(CancellationToken cancel) =>
        [
            .. (await dates.ListAsync(new DateFilter(OverAfter: clock.Now), null, Max, cancel)).Dates.Select(version =>
                version.KeyDate),
        ];
}
