using System.Security.Cryptography;
using System.Text;

namespace Alerts.Web;

/// <summary>Who may use operator routes: those who send the admin key as a bearer token.</summary>
/// <param name="key">Null closes them to everybody.</param>
internal sealed class AdminAccess(string? key)
{
    /// <summary>Whether there is a key at all; without one operator routes are closed.</summary>
    public bool IsOpen => key is not null;

    public bool IsKey(string given) => key is not null && IsSame(given, key);

    /// <summary>
    /// What only the holder of the key can make of a text: its HMAC-SHA256 in hexadecimal; null without a key.
    /// </summary>
    public string? Seal(string text) =>
        key is null
            ? null
            : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a seal is that of a text; without a key none is.</summary>
    public bool IsSealOf(string text, string? seal) =>
        seal is not null && Seal(text) is { } right && IsSame(seal, right);

    // Compared as hashes: the time it takes says nothing of the key, nor of its length.
    private static bool IsSame(string given, string key) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <summary>The token of an <c>Authorization: Bearer</c> header (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>Null when there is none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } token ? token : null;
}

internal static class AdminRoutes
{
    private const string ForOperatorsOnly =
        "This is for operators; send the admin key (Alerts:AdminKey) as Authorization: Bearer <key>.";

    /// <summary>
    /// Answers 401 before anything of the request is read, unless the admin key is right; 429 after too many wrong ones.
    /// </summary>
    public static Route ForOperators(this Route route) => route.Behind<SignInLimit>((limit, context, next) =>
        limit.Judge(context, Bearer.Of(context.Request)) switch
        {
            SignInVerdict.Right => next(context),
            SignInVerdict.Wrong => Task.FromResult(Problems.Unauthorized(context.Response, ForOperatorsOnly)),
            SignInVerdict.TooMany => Task.FromResult(Results.StatusCode(StatusCodes.Status429TooManyRequests)),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
}
