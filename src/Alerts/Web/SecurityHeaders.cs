namespace Alerts.Web;

/// <summary>
/// The security headers of every response. A route may loosen a single header for itself, but not all of them.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Allows styles, scripts and requests only from this service. Nothing inline, and no frames around or inside.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A year in seconds: the minimum that the browsers' preload list requires (hstspreload.org).</summary>
    private const string TransportSecurity = "max-age=31536000";

    public static void Write(IHeaderDictionary headers, PublicUrl publicUrl)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-store";
        if (publicUrl.Value is { Scheme: "https", IsLoopback: false })
        {
            headers.StrictTransportSecurity = TransportSecurity;
        }
    }
}
