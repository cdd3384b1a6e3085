using System.Runtime.CompilerServices;

namespace Alerts.Dates;

/// <summary>Reads dates page by page, so that however many there are only a page is held.</summary>
internal static class AllKeyDates
{
    private const int PageSize = 500;

    /// <summary>By start, then id.</summary>
    public static async IAsyncEnumerable<DateVersion> AllAsync(this IKeyDates dates, DateFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(filter, after, PageSize, cancel);
            foreach (var version in page)
            {
                yield return version;
            }

            after = page.Count == PageSize ? new DateCursor(page[^1].KeyDate.Start, page[^1].KeyDate.Id) : null;
        }
        while (after is not null);
    }
}
