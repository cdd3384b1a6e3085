using System.Runtime.CompilerServices;

namespace Alerts.Dates;

/// <summary>Enumerates key dates page by page, so that only one page is held in memory.</summary>
internal static class AllKeyDates
{
    private const int PageSize = 500;

    /// <summary>All matching dates, ordered by start and then id.</summary>
    public static async IAsyncEnumerable<DateVersion> AllAsync(
        this IKeyDates dates, DateFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(filter, after, PageSize, cancel);
            foreach (var version in page.Dates)
            {
                yield return version;
            }

            after = page.Next;
        }
        while (after is not null);
    }
}
