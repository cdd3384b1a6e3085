using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Sources;

/// <summary>Creates the ids of a source's key dates (product contract, section 13).</summary>
internal static class SourceIds
{
    private const int HashLength = 12;

    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDateTimePattern Minute =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd't'HHmm");

    /// <summary>Returns the id of a single event.</summary>
    public static string OfEvent(string sourceId, string uid) => Of(sourceId, uid, "");

    /// <summary>Returns the id of an occurrence of a series, by its original start.</summary>
    /// <param name="isOneOfSeveral">Whether the series has several occurrences on that day.</param>
    public static string OfOccurrence(string sourceId, string uid, LocalDateTime start, bool isOneOfSeveral) =>
        Of(sourceId, uid, "-" + (isOneOfSeveral ? Minute.Format(start) : Day.Format(start.Date)));

    /// <summary>Returns the id of a date of a Federal Register document.</summary>
    public static string OfDocument(string sourceId, string number, string kind)
    {
        var id = $"{sourceId}-{number.ToLowerInvariant()}-{kind}";
        return Slug.IsOne(id) ? id : $"{sourceId}-{Hash(number)}-{kind}";
    }

    /// <summary>Returns the ids of the sources that a key date with this id may come from.</summary>
    public static IEnumerable<string> SourcesOf(string keyDateId)
    {
        for (var end = keyDateId.IndexOf('-', StringComparison.Ordinal); end > 0 && end <= Source.LongestId;
            end = keyDateId.IndexOf('-', end + 1))
        {
            yield return keyDateId[..end];
        }
    }

    private static string Of(string sourceId, string uid, string suffix) =>
        Slug.IsOne(uid) && $"{sourceId}-{uid}{suffix}" is { Length: <= Slug.Longest } plain ? plain
            : $"{sourceId}-{Hash(uid)}{suffix}";

    private static string Hash(string text) =>
        Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), HashLength);
}
