namespace Alerts.Web.Pages;

/// <summary>A piece of a page, for the script to put into its place.</summary>
internal sealed class Fragment(int status, Html content) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Results.Text(content.Markup, "text/html; charset=utf-8", statusCode: status).ExecuteAsync(httpContext);
}
