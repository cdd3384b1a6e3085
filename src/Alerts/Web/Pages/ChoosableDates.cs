using Alerts.Core;
using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>The dates and, by them, the topics that one can choose from in a form.</summary>
internal sealed class ChoosableDates(IKeyDates dates, ServiceClock clock)
{
    /// <summary>More would be no choice; a single date can be followed from its own page too.</summary>
    private const int Most = 200;

    /// <summary>Those that are not over, soonest first.</summary>
    public async Task<IReadOnlyList<KeyDate>> AllAsync(CancellationToken cancel) =>
        [
            .. (await dates.ListAsync(new DateFilter(OverAfter: clock.Now), null, Most, cancel)).Select(version =>
                version.KeyDate),
        ];
}
