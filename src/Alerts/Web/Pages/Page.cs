using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Alerts.Web.Pages;

/// <summary>A whole page in the product's frame: navigation, content and footer.</summary>
/// <param name="status">The HTTP status of the response.</param>
/// <param name="title">The title and the heading. It may be text from others.</param>
internal sealed class Page(int status, string title, Html content) : IResult
{
    /// <summary>The navigation: the path of each page from the root, without its first slash, and its name.</summary>
    private static readonly (string Place, string Name)[] Ways =
        [("", "Dates"), ("subscribe", "Subscribe"), ("manage", "Manage")];

    private static readonly (string Place, string Name)[] OperatorWays =
    [
        ("admin", "Overview"), ("admin/dates", "Dates"), ("admin/import", "Import"), ("admin/sources", "Sources"),
        ("admin/proposals", "Proposals"), ("admin/deliveries", "Deliveries"), ("", "Public pages"),
    ];

    /// <summary>Whether the page is one of the operator's pages, whose navigation differs.</summary>
    public bool IsOperators { get; init; }

    public static Page Of(string title, Html content) => new(StatusCodes.Status200OK, title, content);

    /// <summary>The page shown while the store cannot be used.</summary>
    public static Page Outage(HttpRequest request) => Refusal(
        request, StatusCodes.Status503ServiceUnavailable,
        HttpMethods.IsPost(request.Method)
            ? "We cannot save anything at the moment. Please try again in a few minutes."
            : "We cannot show this page at the moment. Please try again in a few minutes.",
        "Please try again in a few minutes");

    /// <summary>An error page.</summary>
    /// <param name="title">Null for the name of the status.</param>
    public static Page Refusal(HttpRequest request, int status, string sentence, string? title = null) => new(
        status, title ?? ReasonPhrases.GetReasonPhrase(status),
        Html.Of($"<p class=\"lead\">{sentence}</p><p><a href=\"{Root(request)}\">To all dates</a></p>"));

    /// <summary>The page of a link with a token that is not, or no longer, valid.</summary>
    /// <param name="link">A link to what helps.</param>
    public static Page DeadLink(string sentence, Html link) => new(
        StatusCodes.Status404NotFound, "This link does not work",
        Html.Of($"<p class=\"lead\">{sentence}</p><p>{link}</p>"));

    /// <summary>
    /// A 303 response: the request has been carried out, and the result is on another page, which can be reloaded
    /// without repeating it.
    /// </summary>
    /// <param name="place">The path from the root, without its first slash.</param>
    public static IResult SeeOther(HttpContext context, string place)
    {
        context.Response.Headers.Location = Root(context.Request) + place;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>
    /// The relative path from a page to the root, so that links work wherever a proxy mounts the service: <c>./</c>
    /// for <c>/</c>, <c>../</c> for <c>/dates/x</c>.
    /// </summary>
    public static string Root(HttpRequest request)
    {
        var depth = (request.Path.Value ?? "/").Count(c => c == '/') - 1;
        return depth <= 0 ? "./" : string.Concat(Enumerable.Repeat("../", depth));
    }

    public bool IsOk => status == StatusCodes.Status200OK;

    public Task ExecuteAsync(HttpContext httpContext) => Written(httpContext).ExecuteAsync(httpContext);

    /// <summary>The rendered page, which can be sent repeatedly.</summary>
    public BufferedResult Written(HttpContext httpContext)
    {
        var request = httpContext.Request;
        var root = Root(request);
        var clock = httpContext.RequestServices.GetRequiredService<ServiceClock>();
        var page = Html.Of(
            $"""
            <!doctype html>
            <html lang="en" data-now="{TimeText.Write(clock.Now)}" data-speed="{clock.Speed.ToString(
                CultureInfo.InvariantCulture)}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} · Alerts</title>
            <link rel="stylesheet" href="{root}{StaticFiles.Address("style.css")}">
            <link rel="icon" href="{root}{StaticFiles.Address("icon.svg")}">
            <link rel="alternate" type="application/atom+xml" title="Changes as a feed" href="{root}feed.atom">
            <script src="{root}{StaticFiles.Address("app.js")}" defer></script>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <header class="bar"><div class="frame">
            <a class="brand" href="{root}"><img src="{root}{StaticFiles.Address(
                "icon.svg")}" alt="" width="24" height="24"> Alerts</a>
            <nav aria-label="Pages">{Html.Each(IsOperators ? OperatorWays : Ways, way => Html.Of(
                $"<a href=\"{root}{way.Place}\"{Html.If(request.Path.Value == "/" + way.Place,
                    Html.Of($" aria-current=\"page\""))}>{way.Name}</a> "))}</nav>
            </div></header>
            <main id="content" class="frame" tabindex="-1">
            <h1><bdi>{title}</bdi></h1>
            {content}
            </main>
            <footer class="frame">
            <p><a href="{root}calendar.ics">All dates as a calendar</a> · <a href="{(
                root)}feed.atom">Changes as a feed</a> · <a href="{root}docs">For programs: the API</a></p>
            <p>{"Every time is shown with its zone. "
                + "We do not track you: no cookies for readers, nothing from other sites."}</p>
            </footer>
            </body>
            </html>

            """);
        return new BufferedResult(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.Markup), tag: null);
    }
}
