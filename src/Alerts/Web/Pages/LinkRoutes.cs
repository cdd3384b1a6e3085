using Alerts.Web.OpenApi;

namespace Alerts.Web.Pages;

/// <summary>
/// Describes the targets of the links in emails in the API document. Browsers get pages; clients that ask for
/// <c>application/json</c> get JSON.
/// </summary>
internal static class LinkRoutes
{
    private const string Html = "text/html";

    /// <summary>The route shows a page with a button.</summary>
    public static RouteHandlerBuilder DescribedAsPage(this RouteHandlerBuilder route) =>
        route.ProducesText<string>(StatusCodes.Status200OK, "", Html).DescribedAsLink();

    /// <summary>The route does what the button says.</summary>
    /// <param name="status">The status of the subscription afterwards.</param>
    public static RouteHandlerBuilder DescribedAsButton(this RouteHandlerBuilder route, string status) => route
        .ProducesText<StandingResponse>(
            StatusCodes.Status200OK, $$"""{"status":"{{status}}"}""", "application/json", Html)
        .DescribedAsLink();

    private static RouteHandlerBuilder DescribedAsLink(this RouteHandlerBuilder route) => route
        .WithTags(Tags.Links)
        .ProducesProblemOf(
            StatusCodes.Status404NotFound,
            "This link is not valid; use the one at the end of a newer email.", Html);
}
