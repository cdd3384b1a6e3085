using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Web.Pages;

/// <summary>Finds the titles of the dates that a list of deliveries names.</summary>
internal sealed class DateTitles(IKeyDates dates)
{
    /// <summary>The current title of each date, by id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(
        IEnumerable<ListedDelivery> deliveries, CancellationToken cancel)
    {
        var ids = deliveries.Select(item => item.Delivery).Where(delivery => delivery.Kind != AlertKind.Service)
            .Select(delivery => delivery.KeyDateId).Distinct(StringComparer.Ordinal);
        var found = await Task.WhenAll(ids.Select(id => dates.FindAsync(id, cancel)));
        return found.OfType<DateVersion>().ToDictionary(date => date.KeyDate.Id, date => date.KeyDate.Title);
    }
}
