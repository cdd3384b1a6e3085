using Alerts.Core;

namespace Alerts.Web;

/// <summary>What every answer tells browsers to be careful with; a route may loosen one line for itself, never all of them.</summary>
internal static class SecurityHeaders
{
    /// <summary>Styles, scripts and requests only of our own files; nothing inline, no frames around or inside.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A year in seconds: what browsers' preload lists ask for at least (hstspreload.org).</summary>
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
