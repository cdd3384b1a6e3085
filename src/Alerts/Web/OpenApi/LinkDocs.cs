using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Describes the links in mails in the API document. Browsers get pages; clients that ask for <c>application/json</c>
/// get JSON.
/// </summary>
internal static class LinkDocs
{
    public const string Tag = "Links in emails";

    private static readonly ParameterDoc Token = Path(
        "token", "Token from the email.", Schemas.Text("A token.", atLeast: 1),
        "sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A");

    private static readonly AnswerDoc Page = new(200, "A page with a button.", Example: "<!doctype html>…")
    {
        ContentType = "text/html",
    };

    private static readonly AnswerDoc VoidLink = new(
        404, "The link is invalid or no longer valid.", typeof(ProblemResponse),
        """
        {"type":"about:blank","title":"Not Found","status":404,
         "detail":"This link is not valid; use the one at the end of a newer email.","errors":[]}
        """)
    {
        ContentType = "application/problem+json",
        IsPageForPeople = true,
    };

    public static readonly RouteDoc ConfirmPage = new(
        "showConfirm", Tag, "Show the confirmation page", "Changes nothing, because email scanners open every link.")
    {
        Parameters = [Token],
        Answers = [Page, VoidLink],
    };

    public static readonly RouteDoc Confirm = new(
        "confirm", Tag, "Confirm a subscription",
        "Called by the button on the page. No body is needed. Can be repeated.")
    {
        Parameters = [Token],
        Answers = [Standing("active"), VoidLink],
    };

    public static readonly RouteDoc UnsubscribePage = new(
        "showUnsubscribe", Tag, "Show the unsubscribe page", "Changes nothing.")
    {
        Parameters = [Token],
        Answers = [Page, VoidLink],
    };

    public static readonly RouteDoc Unsubscribe = new(
        "unsubscribe", Tag, "Unsubscribe",
        "Called by the button on the page and by one-click unsubscribe (RFC 8058). Can be repeated.")
    {
        Parameters = [Token],
        Answers = [Standing("ended"), VoidLink],
    };

    private static AnswerDoc Standing(string status) =>
        new(200, "The status.", typeof(StandingResponse), $$"""{"status":"{{status}}"}""") { IsPageForPeople = true };
}
