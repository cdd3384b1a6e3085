using System.Globalization;
using Alerts.Core;

namespace Alerts.Web;

/// <summary>
/// The session of an operator in a browser: a cookie that only the holder of the admin key can make, valid for 12
/// hours of real time, sent only from our own pages (SameSite=Strict) and hidden from scripts. Changing the admin key
/// ends every session.
/// </summary>
/// <param name="real">Real time, even if the service runs on a simulated clock.</param>
internal sealed class AdminSession(AdminAccess admin, PublicUrl publicUrl, TimeProvider real)
{
    private const string Cookie = "alerts-admin";

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    public bool IsOpen(HttpRequest request) =>
        request.Cookies[Cookie]?.Split('.') is [var until, var seal]
        && admin.IsSealOf(Text(until), seal)
        && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > real.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>
    /// The antiforgery token that every form of the operator's pages carries, so that no other site can submit one;
    /// null without a session.
    /// </summary>
    public string? FormToken(HttpRequest request) => IsOpen(request) ? admin.Seal(FormText(request)) : null;

    public bool IsOurForm(HttpRequest request, string? token) =>
        IsOpen(request) && admin.IsSealOf(FormText(request), token);

    public void Begin(HttpResponse response)
    {
        var until = (real.GetUtcNow() + Lasts).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        response.Cookies.Append(Cookie, $"{until}.{admin.Seal(Text(until))}", Options(Lasts));
    }

    public void End(HttpResponse response) => response.Cookies.Delete(Cookie, Options(null));

    private static string Text(string until) => "session|" + until;

    private static string FormText(HttpRequest request) => "form|" + request.Cookies[Cookie];

    private CookieOptions Options(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = publicUrl.Value.Scheme == Uri.UriSchemeHttps,
        MaxAge = maxAge,
        Path = "/",
    };
}
