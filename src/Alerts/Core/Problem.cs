namespace Alerts.Core;

/// <summary>One problem in a request or file.</summary>
/// <param name="Pointer">
/// JSON pointer (RFC 6901) to the place, such as <c>/leads/0</c>; empty for the whole document.
/// </param>
/// <param name="Detail">A sentence: what is wrong, and what to write instead.</param>
internal sealed record Problem(string Pointer, string Detail)
{
    public override string ToString() => Pointer.Length == 0 ? Detail : $"{Pointer}: {Detail}";

    /// <summary>
    /// Quotes external text for use in a sentence: at most 60 characters, with control characters shown as <c>?</c>.
    /// </summary>
    public static string Quote(string text)
    {
        var runes = text.EnumerateRunes().Take(61).ToList();
        var shown = string.Concat(
            runes.Take(60).Select(rune => System.Text.Rune.IsControl(rune) ? "?" : rune.ToString()));
        return runes.Count > 60 ? $"'{shown}…'" : $"'{shown}'";
    }
}
