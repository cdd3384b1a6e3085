using System.Text;
using System.Text.RegularExpressions;

namespace Alerts.Tests.Support;

/// <summary>
/// Checks the bytes of a mail against RFC 5322 (line lengths, header set), RFC 2047 (encoded words), RFC 2045
/// (encoded bodies) and RFC 8058 (one-click unsubscribe). It parses the bytes itself, so that MimeKit does not
/// judge its own output.
/// </summary>
internal static partial class MailCheck
{
    private const int LongestLine = 998;
    private const int LongestFoldable = 78;
    private const int LongestWithEncodedWord = 76;
    private const int LongestEncodedWord = 75;
    private const int LongestEncodedBodyLine = 76;

    private static readonly string[] Once =
        ["From", "To", "Date", "Subject", "Message-Id", "MIME-Version", "Content-Type", "Auto-Submitted"];

    private static readonly string[] AtMostOnce = [
        "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Sender", "Reply-To"];

    /// <summary>Fails the test with all faults of a mail.</summary>
    /// <returns>The mail.</returns>
    public static byte[] Checked(byte[] mail)
    {
        var wrong = Faults(mail).ToList();
        Assert.True(wrong.Count == 0,
            $"{string.Join('\n', wrong)}\n\n{Encoding.Latin1.GetString(mail.AsSpan(0, Math.Min(mail.Length, 3000)))}");
        return mail;
    }

    public static IEnumerable<string> Faults(byte[] mail)
    {
        var text = Encoding.Latin1.GetString(mail);
        if (BareBreak().IsMatch(text))
        {
            yield return "a bare CR or LF";
        }

        if (text.Any(c => c > '~' || (c < ' ' && c is not ('\r' or '\n' or '\t'))))
        {
            yield return "a byte that is no printable ASCII";
        }

        var lines = text.Split("\r\n");
        foreach (var line in lines.Where(line => line.Length > LongestLine))
        {
            yield return $"a line of {line.Length} characters: {line[..60]}";
        }

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            yield return "no end of the headers";
            yield break;
        }

        foreach (var fault in text[..end].Split("\r\n").SelectMany(HeaderLineFaults).Concat(
            HeaderSetFaults(text[..end])).Concat(BodyFaults(lines)))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> HeaderLineFaults(string line)
    {
        // A single word that cannot be folded, such as a URL, may be longer.
        if (line.Length > LongestFoldable && line.Trim().Split(' ').Skip(line[0] == ' ' ? 0 : 1).Count() > 1)
        {
            yield return $"a header line of {line.Length} characters that could be folded: {line}";
        }

        foreach (Match word in EncodedWord().Matches(line))
        {
            if (word.Length > LongestEncodedWord)
            {
                yield return $"an encoded word of {word.Length} characters: {word.Value}";
            }

            if (line.Length > LongestWithEncodedWord)
            {
                yield return $"a line of {line.Length} characters with an encoded word: {line}";
            }

            if (!IsWholeText(word.Groups["encoding"].Value, word.Groups["text"].Value))
            {
                yield return $"an encoded word that holds a part of a character: {word.Value}";
            }
        }
    }

    private static bool IsWholeText(string encoding, string text)
    {
        try
        {
            var bytes = encoding is "B" or "b"
                ? Convert.FromBase64String(text)
                : Encoding.Latin1.GetBytes(Quoted().Replace(
                    text.Replace('_', ' '), match => ((char)Convert.ToByte(match.Groups[1].Value, 16)).ToString()));
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).Length > 0;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static IEnumerable<string> HeaderSetFaults(string head)
    {
        var headers = Fold().Replace(head, " ").Split("\r\n").Select(line => line.Split(':', 2)).ToList();
        if (headers.Find(header => header.Length != 2 || !Name().IsMatch(header[0])) is { } odd)
        {
            yield return $"no header: {string.Join(':', odd)}";
            yield break;
        }

        var byName = headers.ToLookup(
            header => header[0], header => header[1].Trim(), StringComparer.OrdinalIgnoreCase);
        foreach (var name in Once.Where(name => byName[name].Count() != 1))
        {
            yield return $"{byName[name].Count()} headers {name}";
        }

        foreach (var name in AtMostOnce.Where(name => byName[name].Count() > 1))
        {
            yield return $"{byName[name].Count()} headers {name}";
        }

        if (byName["Message-Id"].FirstOrDefault() is { } id && !MessageId().IsMatch(id))
        {
            yield return $"Message-Id {id}";
        }

        var (unsubscribe, post) = (
            byName["List-Unsubscribe"].FirstOrDefault(), byName["List-Unsubscribe-Post"].FirstOrDefault());
        if ((unsubscribe is null) != (post is null) || (unsubscribe is null) != (
            byName["List-Id"].FirstOrDefault() is null))
        {
            yield return "only a part of the List- headers";
        }

        if (post is not null && post != "List-Unsubscribe=One-Click")
        {
            yield return $"List-Unsubscribe-Post: {post}";
        }

        if (unsubscribe is not null && !OneClick().IsMatch(unsubscribe))
        {
            yield return $"List-Unsubscribe: {unsubscribe}";
        }
    }

    private static IEnumerable<string> BodyFaults(string[] lines)
    {
        var isEncoded = false;
        foreach (var line in lines)
        {
            if (TransferEncoding().Match(line) is { Success: true } encoding)
            {
                isEncoded = encoding.Groups[1].Value is "quoted-printable" or "base64";
            }
            else if (line.StartsWith("--", StringComparison.Ordinal))
            {
                isEncoded = false;
            }
            else if (
                isEncoded && line.Length > LongestEncodedBodyLine && !line.Contains(": ", StringComparison.Ordinal))
            {
                yield return $"an encoded line of {line.Length} characters: {line}";
            }
        }
    }

    [GeneratedRegex(@"\r(?!\n)|(?<!\r)\n")]
    private static partial Regex BareBreak();

    [GeneratedRegex(@"=\?[^?\s]+\?(?<encoding>[bBqQ])\?(?<text>[^?\s]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex("=([0-9A-Fa-f]{2})")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Fold();

    [GeneratedRegex("^[!-9;-~]+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^<[A-Za-z0-9_.+-]+@[A-Za-z0-9.:\[\]-]+>$")]
    private static partial Regex MessageId();

    [GeneratedRegex(@"^<(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])[!-~]+>$")]
    private static partial Regex OneClick();

    [GeneratedRegex(@"^Content-Transfer-Encoding:\s*(\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex TransferEncoding();
}
