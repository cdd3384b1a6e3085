namespace Alerts.Core;

/// <summary>The format of ids and topics: 1 to 64 characters of <c>a-z 0-9 -</c>.</summary>
internal static class Slug
{
    public const int Longest = 64;

    /// <summary>Describes the format, as the rest of a sentence.</summary>
    public const string Form = "1 to 64 of the characters a-z, 0-9 and -";

    public static bool IsOne(string text) =>
        text.Length is > 0 and <= Longest && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
