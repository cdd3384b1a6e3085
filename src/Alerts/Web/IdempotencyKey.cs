namespace Alerts.Web;

/// <summary>The <c>Idempotency-Key</c> of a request: whoever lost the answer asks again with the same one, and nothing is made twice.</summary>
internal static class IdempotencyKey
{
    private const int Longest = 255;

    /// <summary>Null when there is none, or (with a problem) an unusable one.</summary>
    public static string? Of(HttpRequest request, List<Problem> problems)
    {
        var given = request.Headers["Idempotency-Key"];
        if (given.Count == 0)
        {
            return null;
        }

        if (given is [{ Length: > 0 and <= Longest } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return key;
        }

        problems.Add(new Problem("", "The Idempotency-Key is not usable; send one of 1 to 255 visible ASCII characters, such as a UUID, or none."));
        return null;
    }
}
