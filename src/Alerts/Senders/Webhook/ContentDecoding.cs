using System.IO.Compression;

namespace Alerts.Senders.Webhook;

/// <summary>Decodes a response that is compressed although we asked for <c>identity</c>.</summary>
internal static class ContentDecoding
{
    /// <summary>Maximum number of encodings of one response that are decoded.</summary>
    private const int MaxEncodings = 4;

    /// <summary>
    /// The decoded body (gzip, deflate, br), at most <paramref name="most"/> bytes; a truncated body is decoded as far
    /// as possible. A body in an unknown encoding, or not encoded despite its header, is returned unchanged.
    /// </summary>
    /// <param name="encodings">The values of <c>Content-Encoding</c> in the order in which they were applied.</param>
    public static byte[] Decode(byte[] body, IEnumerable<string> encodings, int most)
    {
        foreach (var encoding in encodings.Reverse().Take(MaxEncodings))
        {
            if (DecoderOf(encoding, body) is not { } decoder)
            {
                return body;
            }

            using (decoder)
            {
                body = Read(decoder, most) is { Length: > 0 } decoded ? decoded : body;
            }
        }

        return body;
    }

    private static Stream? DecoderOf(string encoding, byte[] body)
    {
        var bytes = new MemoryStream(body, writable: false);
        return encoding.Trim().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(bytes, CompressionMode.Decompress),
            "br" => new BrotliStream(bytes, CompressionMode.Decompress),
            "deflate" when IsZlib(body) => new ZLibStream(bytes, CompressionMode.Decompress),
            "deflate" => new DeflateStream(bytes, CompressionMode.Decompress),
            _ => null,
        };
    }

    /// <summary>
    /// Whether a body has a zlib header (RFC 1950). "deflate" means zlib (RFC 9110, section 8.4.1.2), but
    /// some servers omit its header.
    /// </summary>
    private static bool IsZlib(byte[] body) => body is [var first, var second, ..] && (first & 0x0F) == 8
        && (first * 256 + second) % 31 == 0;

    private static byte[] Read(Stream decoder, int most)
    {
        var decoded = new byte[most];
        var length = 0;
        try
        {
            while (length < most && decoder.Read(decoded, length, most - length) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            // Cut off at our limit, or damaged: use what was decoded.
        }

        return decoded[..length];
    }
}
