using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes calendars and feeds in the API document.</summary>
internal static class FeedDocs
{
    public const string Tag = "Calendars and feeds";

    private static readonly ParameterDoc Topic = Query(
        "topic", "Only dates with this topic.", Schemas.Slug("A topic."), "tariffs");

    private static readonly ParameterDoc Token = Path(
        "token", "Token from the manage page or an email.", Schemas.Text("A token.", atLeast: 1),
        "sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A");

    private static readonly AnswerDoc Entries = new(
        200, "The calendar.", Example: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…END:VCALENDAR\r\n")
    {
        ContentType = "text/calendar",
    };

    public static readonly RouteDoc Calendar = new(
        "getCalendar", Tag, "Get the dates as a calendar",
        "iCalendar (RFC 5545) to subscribe to. One event per date, including cancelled dates. UID is the date's id, "
        + "SEQUENCE the revision minus one.")
    {
        Parameters = [Topic],
        Answers = [Entries],
        HasETag = true,
        Problems = [400],
    };

    public static readonly RouteDoc DateCalendar = new(
        "getDateCalendar", Tag, "Get one date as a calendar",
            "One event to add to a calendar app; the same as in /calendar.ics.")
    {
        Parameters = [Path("id", "The date's id.", Schemas.Slug("An id."), "us-china-truce-expiry")],
        Answers = [Entries],
        HasETag = true,
        Problems = [404],
    };

    public static readonly RouteDoc OwnCalendar = new(
        "getOwnCalendar", Tag, "Get one subscription's calendar",
        "The dates the subscription follows, with an alarm for each future reminder, also before it is confirmed. "
        + "Anyone with the URL can read it.")
    {
        Parameters = [Token],
        Answers = [Entries],
        HasETag = true,
        Problems = [404],
    };

    public static readonly RouteDoc Atom = new(
        "getFeed", Tag, "Get the feed of changes", "Atom (RFC 4287): one entry per revision, newest first.")
    {
        Parameters = [Topic],
        Answers =
        [
            new(200, "The feed.",
                Example: "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                    + "<feed xmlns=\"http://www.w3.org/2005/Atom\">…</feed>")
            {
                ContentType = "application/atom+xml",
            },
        ],
        HasETag = true,
        Problems = [400],
    };
}
