using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Calendars and feeds in the API's document.</summary>
internal static class FeedDocs
{
    public const string Tag = "Calendars and feeds";

    private static readonly ParameterDoc Topic = Query("topic", "Only dates with this topic.", Shape.Slug("A topic."), "tariffs");

    public static readonly RouteDoc Atom = new("getFeed", Tag, "Get the feed of changes", "Atom (RFC 4287): an entry for each revision, newest first.")
    {
        Parameters = [Topic, ConditionalDocs.IfNoneMatch],
        Answers = [new(200, "The feed.", Example: "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">…</feed>") { ContentType = "application/atom+xml", Headers = ["ETag"] }, ConditionalDocs.NotModified],
        Problems = [400],
    };
}
