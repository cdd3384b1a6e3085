using Alerts.Ledger;
namespace Alerts.Senders.Webhook;

/// <summary>
/// The handshake by which an endpoint of <c>format: "cloudevents"</c> agrees to deliveries (CloudEvents, "HTTP 1.1 Web
/// Hooks for Event Delivery" 1.0, section 4).
/// </summary>
internal static class CloudEventsHandshake
{
    private const string RequestOrigin = "WebHook-Request-Origin";
    private const string AllowedOrigin = "WebHook-Allowed-Origin";

    public static HttpRequestMessage Request(string url) => new(HttpMethod.Options, url);

    /// <summary>Adds the header that names the sender; each delivery repeats it (section 4.1.2).</summary>
    /// <param name="origin">The host of PublicUrl.</param>
    public static void Introduce(HttpRequestMessage request, string origin) =>
        request.Headers.TryAddWithoutValidation(RequestOrigin, origin);

    /// <summary>
    /// Checks that the response allows this origin, or all origins. A 2xx alone is not consent (section 4.2), because
    /// servers answer OPTIONS by default.
    /// </summary>
    public static SendResult Judge(SendResult result, HttpResponseMessage response, string origin) =>
        result is not Delivered || IsAllowed(response, origin)
            ? result
            : new TryAgain(
                result.Status,
                FormattableString.Invariant(
                    $"answered {result.Status} to OPTIONS without {AllowedOrigin}: {origin} (or *)"));

    private static bool IsAllowed(HttpResponseMessage response, string origin) =>
        response.Headers.NonValidated.TryGetValues(AllowedOrigin, out var allowed)
        && allowed.Any(value =>
            value.Trim() == "*" || string.Equals(value.Trim(), origin, StringComparison.OrdinalIgnoreCase));
}
