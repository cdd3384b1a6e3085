using Alerts.Core;
using Alerts.Dates;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>/feed.atom</c>: the latest changes, for feed readers.</summary>
internal sealed class FeedApi(IKeyDates dates, PublicUrl publicUrl)
{
    /// <summary>
    /// Maximum number of revisions in the feed, so that a reader that comes once a month misses none.
    /// </summary>
    private const int Max = 100;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPublicRead<FeedApi>("/feed.atom", (api, context) => api.FeedAsync(context.Request))
            .CachedUntilDatesChange()
            .Described(FeedDocs.Atom);

    private async Task<IResult> FeedAsync(HttpRequest request)
    {
        var query = new Query(request.Query);
        var topic = query.Topic("topic");
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var revisions = new List<FeedRevision>();
        foreach (var version in await dates.NewestRevisionsAsync(topic, Max, request.HttpContext.RequestAborted))
        {
            revisions.Add(
                FeedRevision.Of(
                    version.KeyDate.Revision,
                    await dates.HistoryAsync(version.KeyDate.Id, request.HttpContext.RequestAborted) ?? [version]));
        }

        return FeedResult.Of(AtomFeed.ContentType, AtomFeed.Write(topic, revisions, publicUrl));
    }
}
