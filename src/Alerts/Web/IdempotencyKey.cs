using Alerts.Core;
namespace Alerts.Web;

/// <summary>The <c>Idempotency-Key</c> of a request: whoever lost the answer asks again with the same one, and nothing is made twice.</summary>
internal static class IdempotencyKey
{
    /// <summary>A shorter one is guessed too easily, and the answer to it may hold a secret.</summary>
    private const int Shortest = 16;

    private const int Longest = 255;

    /// <summary>Whether a text may be a key.</summary>
    public static bool IsOne(string text) => text.Length is >= Shortest and <= Longest
        && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Null when there is none, or (with a problem) an unusable one.</summary>
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
