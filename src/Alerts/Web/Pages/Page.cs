using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Alerts.Web.Pages;

/// <summary>One whole page in the product's frame: a header with the way home, the content, no scripts.</summary>
/// <param name="status">The HTTP status it answers with.</param>
internal sealed class Page(int status, string title, Html content) : IResult
{
    public static Page Of(string title, Html content) => new(StatusCodes.Status200OK, title, content);

    /// <summary>An error, said to a person.</summary>
    public static Page Refusal(HttpRequest request, int status, string sentence) => new(
        status, ReasonPhrases.GetReasonPhrase(status),
        Html.Of($"<p>{sentence}</p><p><a href=\"{Root(request)}\">To all dates</a></p>"));

    /// <summary>
    /// The way from a page to the root, relative, so that links hold wherever a proxy mounts the service: <c>./</c> for <c>/</c>,
    /// <c>../</c> for <c>/dates/x</c>.
    /// </summary>
    public static string Root(HttpRequest request)
    {
        var depth = (request.Path.Value ?? "/").Count(c => c == '/') - 1;
        return depth <= 0 ? "./" : string.Concat(Enumerable.Repeat("../", depth));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var root = Root(httpContext.Request);
        var page = Html.Of(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} · Alerts</title>
            <link rel="stylesheet" href="{root}style.css">
            </head>
            <body>
            <header><a href="{root}">Alerts</a></header>
            <main>
            <h1>{title}</h1>
            {content}
            </main>
            </body>
            </html>

            """);
        var bytes = Encoding.UTF8.GetBytes(page.Markup);
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        httpContext.Response.ContentLength = bytes.Length;
        await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
