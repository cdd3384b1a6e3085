namespace Alerts.Web;

/// <summary>Whether a request comes from a person's browser or from a program, by its <c>Accept</c>.</summary>
internal static class Accepts
{
    /// <summary>Only where it names HTML: <c>*/*</c> is a program.</summary>
    public static bool Html(HttpRequest request) => Names(request, "text/html");

    public static bool Json(HttpRequest request) => Names(request, "application/json") && !Html(request);

    private static bool Names(HttpRequest request, string type) =>
        request.Headers.Accept.Any(accept => accept?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);
}
