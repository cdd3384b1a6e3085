using System.Text;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Writes header text beyond ASCII as encoded words (RFC 2047, section 2): at most 75 characters each, on lines of at
/// most
/// 76, every word of whole characters. MimeKit, which writes everything else, makes them up to 124 long.
/// </summary>
internal static class EncodedWords
{
    private const int LongestWord = 75;
    private const int LongestLine = 76;
    private const string Begin = "=?utf-8?B?";
    private const string End = "?=";

    /// <summary>A header of text; pure ASCII is left to MimeKit.</summary>
    public static Header Text(HeaderId id, string text)
    {
        var header = new Header(Encoding.UTF8, id, text);
        if (!Ascii.IsValid(text))
        {
            header.SetRawValue(Encoding.ASCII.GetBytes($" {Encoded(text, id.ToHeaderName().Length + 2)}\r\n"));
        }

        return header;
    }

    /// <summary>A header of one mailbox; a name of pure ASCII is left to MimeKit.</summary>
    public static Header Mailbox(HeaderId id, MailboxAddress mailbox)
    {
        var header = new Header(Encoding.UTF8, id, mailbox.ToString(encode: true));
        if (mailbox.Name is { } name && !Ascii.IsValid(name))
        {
            header.SetRawValue(Encoding.ASCII.GetBytes(
                $" {Encoded(name, id.ToHeaderName().Length + 2)}\r\n <{mailbox.GetAddress(idnEncode: true)}>\r\n"));
        }

        return header;
    }

    /// <param name="column">Where on its line the first word begins.</param>
    private static string Encoded(string text, int column)
    {
        var words = new StringBuilder();
        var bytes = new List<byte>();
        var room = Room(column);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes.Count + rune.Utf8SequenceLength > room)
            {
                AppendWord(words, bytes);
                words.Append("\r\n ");
                bytes.Clear();
                room = Room(column: 1);
            }

            bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        AppendWord(words, bytes);
        return words.ToString();
    }

    private static void AppendWord(StringBuilder words, List<byte> bytes) =>
        words.Append(Begin).Append(Convert.ToBase64String([.. bytes])).Append(End);

    /// <summary>How many bytes a word takes: base64 makes four characters of three.</summary>
    private static int Room(int column) =>
        (Math.Min(LongestWord, LongestLine - column) - Begin.Length - End.Length) / 4 * 3;
}
