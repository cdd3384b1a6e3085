using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using MimeKit;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Decodes the calendar in a saved email (RFC 2045). Without that, its quoted-printable text would be read as it is
/// encoded.
/// </summary>
internal static partial class SavedMail
{
    /// <summary>Whether a file is an email that encodes its calendar as quoted-printable or base64.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file)
    {
        // Most files begin with the calendar, so this costs nothing for them.
        var start = IndexOfStart(file);
        var head = start < 0 ? file : file[..start];
        return head.Contains((byte)':')
            && Encodings().Matches(Encoding.Latin1.GetString(head)) is { Count: > 0 } all
            && (start < 0 ? all : all.Skip(all.Count - 1)).Any(one => one.Groups["coded"].Success);
    }

    /// <summary>Returns the calendar in such an email, decoded.</summary>
    /// <exception cref="FormatException">No calendar can be found in the email; the message is a sentence.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> file) =>
        Parts(file).FirstOrDefault(part => IndexOfStart(part) >= 0)
            ?? throw new FormatException(
                "It is an email whose calendar cannot be found; save the calendar attached to it.");

    private static int IndexOfStart(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf("BEGIN:VCALENDAR"u8);
        return at >= 0 ? at
            : Encoding.Latin1.GetString(text).IndexOf("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<byte[]> Parts(ReadOnlySpan<byte> file)
    {
        try
        {
            using var stream = new MemoryStream(file.ToArray());
            return [.. MimeMessage.Load(stream).BodyParts.OfType<MimePart>().Select(Decoded)];
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static byte[] Decoded(MimePart part)
    {
        using var decoded = new MemoryStream();
        part.Content?.DecodeTo(decoded);
        var bytes = decoded.ToArray();
        return part is TextPart text && !Utf8.IsValid(bytes) ? Encoding.UTF8.GetBytes(text.Text) : bytes;
    }

    [GeneratedRegex(@"^Content-Transfer-Encoding:[ \t]*(?:(?<coded>quoted-printable|base64)|\S+)",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Encodings();
}
