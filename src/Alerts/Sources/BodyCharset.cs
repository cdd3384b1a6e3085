using System.Text;
using System.Text.Unicode;
using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>Converts bodies in the charset of their Content-Type to UTF-8 (RFC 5545, section 3.1.4).</summary>
internal static class BodyCharset
{
    private const int Ascii = 20127;

    /// <param name="charset">The parameter of Content-Type; null when there is none.</param>
    /// <returns>The body in UTF-8; unchanged when it is valid UTF-8 already, or when the charset is unknown.</returns>
    public static byte[] ToUtf8(byte[] body, string? charset) =>
        charset is null || IsUtf8(body) || Find(charset.Trim('"', ' ')) is not { } encoding ? body
            : Encoding.UTF8.GetBytes(encoding.GetString(body));

    /// <summary>
    /// Whether the body is UTF-8, whatever its Content-Type says. Some programs fold lines in the middle of a
    /// character.
    /// </summary>
    private static bool IsUtf8(byte[] body) => !OtherFormats.IsUtf16(body)
        && (Utf8.IsValid(body) || ContentLines.Read(body).All(line => line.IsUtf8));

    /// <summary>Finds an encoding other than UTF-8 and ASCII; null when there is none of that name.</summary>
    private static Encoding? Find(string name)
    {
        try
        {
            var found = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            return found.CodePage == Encoding.UTF8.CodePage || found.CodePage == Ascii ? null : found;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
