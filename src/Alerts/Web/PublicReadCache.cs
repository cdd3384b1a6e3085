using System.Collections.Concurrent;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Web.Pages;
using NodaTime;

namespace Alerts.Web;

/// <summary>
/// Answers to public reads, kept as long as the dates stand as they did when it was written: then the same bytes, or a 304, go out
/// without a read of the store.
/// </summary>
internal sealed class PublicReadCache(IKeyDates dates, ServiceClock clock)
{
    /// <summary>The most answers and the most bytes of one: 64 MB in all. Beyond them it begins afresh, or keeps nothing.</summary>
    private const int MostAnswers = 256;
    private const int MostBytes = 256 * 1024;

    /// <summary>A page counts from the clock, in seconds at the finest: for so long it is right, by the service's clock.</summary>
    private static readonly Duration PagesHold = Duration.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    public async Task<IResult> AnswerAsync(HttpContext context, Handler next)
    {
        var request = context.Request;
        var now = clock.Now;
        var cancel = context.RequestAborted;
        // Before the answer is made: a change in between makes the answer newer than its stamp, and so never kept too long.
        var stamp = await dates.StampAsync(now, cancel);
        var address = request.Path + request.QueryString.Value;
        if (kept.TryGetValue(address, out var known) && known.Stamp == stamp && now < known.Until)
        {
            return known.Answer ?? await next(context);
        }

        var made = await next(context);
        var written = made switch
        {
            JsonResult { IsOk: true } answer => answer.Written(MostBytes),
            FeedResult feed => await feed.WrittenAsync(MostBytes, cancel),
            Page { IsOk: true } page => page.Written(context),
            _ => null,
        };
        if (made is not (JsonResult { IsOk: true } or FeedResult or Page { IsOk: true }))
        {
            return made;
        }

        if (kept.Count >= MostAnswers)
        {
            kept.Clear();
        }

        kept[address] = new Kept(stamp, made is Page or JsonResult { IsBrief: true } ? now + PagesHold
            : Instant.MaxValue, written);
        return written ?? made;
    }

    /// <param name="Until">It holds no longer, though no date has changed.</param>
    /// <param name="Answer">Null for one that is too large.</param>
    private sealed record Kept(DatesVersion Stamp, Instant Until, BufferedResult? Answer);
}

internal static class KeptReadRoutes
{
    /// <summary>For a public read that shows nothing but key dates: see <see cref="PublicReadCache"/>.</summary>
    public static Route KeptWhileDatesStand(this Route route) =>
        route.Behind<PublicReadCache>((kept, context, next) => kept.AnswerAsync(context, next));
}
