namespace Alerts.Core;

/// <summary>
/// Finds the end of a JSON object in text that may be malformed. It stops at the first character that no object can
/// have there, so that a search over many starts stays cheap.
/// </summary>
internal static class JsonObjectLength
{
    /// <summary>Returns the length of the object at the start of a text; 0 when there is no whole object.</summary>
    public static int Of(ReadOnlySpan<byte> bytes)
    {
        Span<bool> isObject = stackalloc bool[ForgivingJson.MaxDepth];
        var depth = 0;
        var last = (byte)':'; // the last character outside of texts and white space; a text counts as its end quote
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = bytes[i];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (!Follows(last, c, depth > 0 && isObject[depth - 1]))
            {
                return 0;
            }

            switch (c)
            {
                case (byte)'"':
                    i += LengthOfText(bytes[i..]) - 1;
                    break;
                case (byte)'{' or (byte)'[' when depth < isObject.Length:
                    isObject[depth++] = c == '{';
                    break;
                case (byte)'{' or (byte)'[':
                    return 0; // nested too deeply
                case (byte)'}' or (byte)']' when isObject[depth - 1] != (c == '}'):
                    return 0;
                case (byte)'}' or (byte)']' when --depth == 0:
                    return i + 1;
            }

            last = c;
        }

        return 0;
    }

    /// <summary>Whether a character may follow another one, both outside of texts.</summary>
    /// <param name="isInObject">Whether the innermost open bracket is that of an object.</param>
    private static bool Follows(byte last, byte next, bool isInObject) => next switch
    {
        (byte)'{' or (byte)'[' => last is (byte)':' || (!isInObject && last is (byte)'[' or (byte)','),
        (byte)'"' => last is (byte)'{' or (byte)'[' or (byte)':' or (byte)',',
        (byte)':' => isInObject && last is (byte)'"',
        (byte)',' or (byte)'}' or (byte)']' => last is not (byte)':',
        _ => last is not ((byte)'"' or (byte)'}' or (byte)']' or (byte)'{'), // a number or a word
    };

    /// <summary>Returns the length of a text with its quotes; the rest when it does not end.</summary>
    private static int LengthOfText(ReadOnlySpan<byte> bytes)
    {
        for (var i = 1; i < bytes.Length; i++)
        {
            if (bytes[i] == '\\')
            {
                i++;
            }
            else if (bytes[i] == '"')
            {
                return i + 1;
            }
        }

        return bytes.Length;
    }
}
