using System.Text;

namespace Alerts.Senders.Email;

/// <summary>
/// Lines of at most 75 octets (RFC 5545, section 3.1). Ical.Net 5.2.4 counts UTF-16 units instead, so it makes lines too long
/// and splits an emoji into two halves that are lost in UTF-8.
/// </summary>
internal static class CalendarLines
{
    private const int MostOctets = 75;

    /// <param name="text">Lines that end in CR LF, folded anywhere.</param>
    public static string FoldedAgain(string text)
    {
        var folded = new StringBuilder(text.Length + 64);
        var octets = 0;
        foreach (var rune in text.Replace("\r\n ", "", StringComparison.Ordinal).EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n')
            {
                octets = 0;
            }
            else if ((octets += rune.Utf8SequenceLength) > MostOctets)
            {
                folded.Append("\r\n ");
                octets = 1 + rune.Utf8SequenceLength;
            }

            folded.Append(rune);
        }

        return folded.ToString();
    }
}
