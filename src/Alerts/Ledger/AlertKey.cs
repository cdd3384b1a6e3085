using System.Security.Cryptography;
using System.Text;

namespace Alerts.Ledger;

/// <summary>The deterministic id of an alert, the same everywhere it appears (product contract, section 5).</summary>
internal static class AlertKey
{
    /// <summary><c>al_</c> and 26 lower-case base32 characters (RFC 4648) of SHA-256 over <c>subscriptionId|keyDateId|revision|kind|lead</c>.</summary>
    /// <param name="lead">As the subscription holds it, upper case; <c>-</c> for a correction.</param>
    public static string Of(string subscriptionId, string keyDateId, int revision, AlertKind kind, string lead)
    {
        var text = FormattableString.Invariant($"{subscriptionId}|{keyDateId}|{revision}|{kind.Word()}|{lead}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return "al_" + Base32.LowerCase(hash, 26);
    }
}

/// <summary>RFC 4648 base32 in lower case, without padding.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first <paramref name="length"/> characters; the bytes must hold as many.</summary>
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
