namespace Alerts.Dates.Calendars;

/// <summary>
/// Finds the further lines of a text that a program wrote without folding. Such a line may look like a property:
/// <c>Status: cancelled</c> in a description must not cancel the event. Programs write the names of properties in
/// capitals and no blank after the colon. So below a text whose own name is in capitals, a line counts as more of the
/// text if its name has a small letter and either a blank follows the name (<c>Status: …</c>) or the name is
/// capitalized like a word (<c>Status:…</c>). Where this is wrong, a property is missing and a warning names the
/// line; the opposite would change a date without a warning.
/// </summary>
internal sealed class UnfoldedText
{
    private static readonly string[] Texts = ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME",
        "X-WR-CALNAME", "X-WR-CALDESC", "X-ALT-DESC"];

    private bool isInText;

    /// <summary>Whether a line is more of the text above it. Each line must be given once, in order.</summary>
    /// <param name="name">The name that the line begins with, in upper case; null when it has none.</param>
    /// <param name="endOf">The open component; its end, in any case, ends the text.</param>
    public bool Holds(string line, string? name, string endOf)
    {
        if (name is null)
        {
            isInText = true;
            return false;
        }

        if (name == "END" && line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            .Equals(endOf, StringComparison.OrdinalIgnoreCase))
        {
            isInText = false;
            return false;
        }

        var end = line.IndexOfAny([';', ':']); // a line with a name has one of them
        var written = line[..end];
        var hasSmall = written.Any(char.IsAsciiLetterLower);
        var hasBlank = end + 1 < line.Length && line[end + 1] is ' ' or '\t';
        var isWord = !written.Contains('-', StringComparison.Ordinal) && written.Any(char.IsAsciiLetterUpper);
        var isMore = isInText && hasSmall && (hasBlank || isWord);
        isInText = (Texts.Contains(name) && !hasSmall) || (isInText && (hasSmall || hasBlank));
        return isMore;
    }
}
