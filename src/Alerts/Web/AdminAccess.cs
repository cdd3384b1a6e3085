using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>Access to operator routes: it requires the admin key as a bearer token.</summary>
/// <param name="key">The admin key; null closes the routes to everyone.</param>
internal sealed class AdminAccess(string? key)
{
    /// <summary>Whether an admin key is set. Without one, operator routes are closed.</summary>
    public bool IsOpen => key is not null;

    public bool IsKey(string given) => key is not null && IsSame(given, key);

    /// <summary>
    /// The HMAC-SHA256 of a text under the admin key, in hexadecimal; null without a key. Only the holder of the key
    /// can compute it.
    /// </summary>
    public string? Seal(string text) =>
        key is null
            ? null
            : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a seal is valid for a text; always false without a key.</summary>
    public bool IsSealOf(string text, string? seal) =>
        seal is not null && Seal(text) is { } right && IsSame(seal, right);

    // Comparing hashes in fixed time reveals neither the key nor its length.
    private static bool IsSame(string given, string key) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <summary>Reads the token of an <c>Authorization: Bearer</c> header (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>Returns the token; null if there is none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } token ? token : null;
}

internal static class AdminRoutes
{
    public const string ForOperatorsOnly =
        "This is for operators; send the admin key (Alerts:AdminKey) as Authorization: Bearer <key>.";

    /// <summary>
    /// Requires the admin key: answers 401 without the right one, and 429 after too many wrong ones, before the body of
    /// the request is read.
    /// </summary>
    public static TBuilder ForOperators<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes
        .WithMetadata(Access.Operator)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var limit = context.RequestServices.GetRequiredService<SignInLimit>();
            return limit.Judge(context, Bearer.Of(context.Request)) switch
            {
                SignInVerdict.Right => await next(invocation),
                SignInVerdict.Wrong => Problems.Unauthorized(context.Response, ForOperatorsOnly),
                SignInVerdict.TooMany => Results.StatusCode(StatusCodes.Status429TooManyRequests),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        });
}

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
