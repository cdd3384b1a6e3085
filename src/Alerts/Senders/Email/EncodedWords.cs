using System.Text;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Writes non-ASCII header text as encoded words (RFC 2047, section 2): at most 75 characters each, on lines of
/// at most 76, without splitting a character between words. MimeKit writes the other headers; its encoded words
/// have up to 124 characters.
/// </summary>
internal static class EncodedWords
{
    private const int LongestWord = 75;
    private const int LongestLine = 76;
    private const string Begin = "=?utf-8?B?";
    private const string End = "?=";

    /// <summary>Creates the header of a subject; MimeKit writes pure ASCII itself.</summary>
    public static Header Subject(string text)
    {
        var header = new Header(Encoding.UTF8, HeaderId.Subject, text);
        if (!Ascii.IsValid(text))
        {
            header.SetRawValue(Encoding.ASCII.GetBytes($" {Encoded(text, "Subject: ".Length)}\r\n"));
        }

        return header;
    }

    /// <summary>Creates the header of the sender; MimeKit writes a pure ASCII name itself.</summary>
    public static Header From(MailboxAddress sender)
    {
        var header = new Header(Encoding.UTF8, HeaderId.From, sender.ToString(encode: true));
        if (sender.Name is { } name && !Ascii.IsValid(name))
        {
            header.SetRawValue(Encoding.ASCII.GetBytes(
                $" {Encoded(name, "From: ".Length)}\r\n <{sender.GetAddress(idnEncode: true)}>\r\n"));
        }

        return header;
    }

    /// <param name="column">The column at which the first word begins.</param>
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

    /// <summary>Number of bytes that fit into a word: base64 turns three bytes into four characters.</summary>
    private static int Room(int column) =>
        (Math.Min(LongestWord, LongestLine - column) - Begin.Length - End.Length) / 4 * 3;
}
