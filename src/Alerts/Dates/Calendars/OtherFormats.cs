using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using MimeKit;

namespace Alerts.Dates.Calendars;

/// <summary>Recognizes common files that are not iCalendar, so that errors can say what was given.</summary>
internal static class OtherFormats
{
    public const string JsonCalendar =
        "It is a calendar in JSON; give it as iCalendar, which begins with BEGIN:VCALENDAR.";

    /// <summary>
    /// What joined files and old programs leave before the first line, in Latin-1: byte order marks, NULs, Ctrl-Z.
    /// </summary>
    public const string Leftovers = "\u00EF\u00BB\u00BF\u001A\0 \t\r\n";

    /// <summary>Number of bytes that are searched for the start of an HTML page.</summary>
    private const int LongestStart = 1000;

    /// <summary>
    /// Whether a file is UTF-16, with or without a byte order mark. It must not be read as UTF-8 without its NULs: the
    /// ASCII letters would survive and all others turn into something else.
    /// </summary>
    public static bool IsUtf16(ReadOnlySpan<byte> file) => file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
        or [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..];

    /// <summary>Returns a sentence about what the file is; null when it is nothing that we recognize.</summary>
    public static string? Describe(ReadOnlySpan<byte> file)
    {
        if (IsUtf16(file))
        {
            return "It is UTF-16; save it in UTF-8.";
        }

        if (file.StartsWith("PK\x03\x04"u8))
        {
            return "It is a ZIP archive; unpack it and give the calendar in it.";
        }

        if (file is [0x1F, 0x8B, ..])
        {
            return "It is compressed with gzip; unpack it first.";
        }

        var start = Encoding.Latin1.GetString(file[..Math.Min(file.Length, LongestStart)]).TrimStart([.. Leftovers]);
        return start.StartsWith('<') ? OfMarkup(start)
            : IsJsonCalendar(start) ? JsonCalendar
            : start.StartsWith('{') || start.StartsWith('[')
            ? "It is JSON; give iCalendar, which begins with BEGIN:VCALENDAR."
            : null;
    }

    /// <summary>Whether JSON is a calendar (jCal, RFC 7265).</summary>
    public static bool IsJsonCalendar(string json) => json.StartsWith('[')
        && json.AsSpan(1).TrimStart().StartsWith("\"vcalendar\"", StringComparison.OrdinalIgnoreCase);

    private static string? OfMarkup(string start) =>
        start.Contains("<html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
        ? "It is an HTML page; give the calendar itself."
        : start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)
        ? "It is XML; give iCalendar, which begins with BEGIN:VCALENDAR."
        : null;
}

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
