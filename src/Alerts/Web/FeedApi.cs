using Alerts.App;
using Alerts.Stores.Sqlite;

namespace Alerts.Web;

/// <summary><c>/feed.atom</c>: what changed last, for feed readers.</summary>
internal sealed class FeedApi(SqliteDates dates, PublicUrl publicUrl)
{
    /// <summary>How many revisions it holds: what a reader that comes once a month must not miss.</summary>
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapRead("/feed.atom", (HttpRequest request, FeedApi api) => api.Feed(request));

    private IResult Feed(HttpRequest request)
    {
        var query = new Query(request.Query);
        var topic = query.Topic("topic");
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var revisions = dates.NewestRevisions(topic, Most)
            .Select(version => FeedRevision.Of(version.KeyDate.Revision, dates.History(version.KeyDate.Id) ?? [version]))
            .ToList();
        return new FeedAnswer(AtomFeed.ContentType, AtomFeed.Write(topic, revisions, publicUrl));
    }
}
