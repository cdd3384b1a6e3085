namespace Alerts.Web.Pages;

/// <summary>A fragment of a page, which the page's script inserts.</summary>
internal sealed class Fragment(int status, Html content) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Results.Text(content.Markup, "text/html; charset=utf-8", statusCode: status).ExecuteAsync(httpContext);
}
