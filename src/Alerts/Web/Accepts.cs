namespace Alerts.Web;

/// <summary>Tells by the <c>Accept</c> header whether a request comes from a browser or from a program.</summary>
internal static class Accepts
{
    /// <summary>Whether the request names HTML. <c>*/*</c> alone counts as a program.</summary>
    public static bool Html(HttpRequest request) => Names(request, "text/html");

    public static bool Json(HttpRequest request) => Names(request, "application/json") && !Html(request);

    private static bool Names(HttpRequest request, string type) =>
        request.Headers.Accept.Any(accept => accept?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);
}
