using Alerts.Core;
using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>The dates and topics that a form offers to choose from.</summary>
internal sealed class ChoosableDates(IKeyDates dates, ServiceClock clock)
{
    /// <summary>
    /// Maximum number of dates offered; more would be hard to choose from. Any date can also be followed from
    /// its own page.
    /// </summary>
    private const int Max = 200;

    public async Task<Choices> AllAsync(CancellationToken cancel)
    {
        var upcoming = (await dates.ListAsync(new DateFilter(OverAfter: clock.Now), null, Max, cancel)).Dates;
        var past = await dates.NewestPastAsync(clock.Now, Max, cancel);
        return new Choices(
            [.. upcoming.Select(version => version.KeyDate)],
            [.. upcoming.Concat(past).SelectMany(version => version.KeyDate.Topics).Distinct()]);
    }
}

/// <summary>What a form offers to choose from.</summary>
/// <param name="Dates">The dates that are not over, soonest first.</param>
/// <param name="Topics">
/// The topics of the front page: also those of past dates only, because a reader may wait for the next one.
/// </param>
internal sealed record Choices(IReadOnlyList<KeyDate> Dates, IReadOnlyList<string> Topics);
