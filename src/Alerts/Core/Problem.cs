namespace Alerts.Core;

/// <summary>One thing wrong in a request or file.</summary>
/// <param name="Pointer">Where: a JSON pointer (RFC 6901) such as <c>/leads/0</c>; empty for the whole.</param>
/// <param name="Detail">A sentence: what is wrong, and what to write instead.</param>
internal sealed record Problem(string Pointer, string Detail)
{
    /// <summary>Text of others made fit to stand in a sentence: in quotes, at most 60 characters, control characters as <c>?</c>.</summary>
    public static string Quote(string text)
    {
        var runes = text.EnumerateRunes().Take(61).ToList();
        var shown = string.Concat(
            runes.Take(60).Select(rune => System.Text.Rune.IsControl(rune) ? "?" : rune.ToString()));
        return runes.Count > 60 ? $"'{shown}…'" : $"'{shown}'";
    }
}
