namespace Alerts.Core;

/// <summary>Encodes lower-case base32 without padding (RFC 4648 alphabet).</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>
    /// Returns the first <paramref name="length"/> characters. Each encodes 5 bits; <paramref name="bytes"/> must hold
    /// enough.
    /// </summary>
    public static string LowerCase(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - bit % 8)) & 31];
        }

        return new string(text);
    }
}
