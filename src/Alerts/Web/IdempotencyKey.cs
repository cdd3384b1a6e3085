using Alerts.Core;
namespace Alerts.Web;

/// <summary>
/// The <c>Idempotency-Key</c> of a request. A client that lost the response sends the request again with the same
/// key, and nothing is created twice.
/// </summary>
internal static class IdempotencyKey
{
    /// <summary>
    /// Minimum length. A shorter key is too easy to guess, and the response to it may contain a secret.
    /// </summary>
    private const int Shortest = 16;

    private const int Longest = 255;

    /// <summary>Whether a text is a valid key.</summary>
    public static bool IsOne(string text) => text.Length is >= Shortest and <= Longest
        && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Returns the key; null if there is none, or if it is invalid, which adds a problem.</summary>
    public static string? Of(HttpRequest request, List<Problem> problems)
    {
        var given = request.Headers["Idempotency-Key"];
        if (given.Count == 0)
        {
            return null;
        }

        if (given is [{ } key] && IsOne(key))
        {
            return key;
        }

        problems.Add(new Problem(
            "", "The Idempotency-Key is unusable; send 16 to 255 visible ASCII characters, such as a UUID, or none."));
        return null;
    }
}
