using System.Globalization;
using System.Text;

namespace Alerts.Dates.Calendars;

/// <summary>Derives topics from CATEGORIES.</summary>
internal static class CategoryTopics
{
    /// <summary>
    /// Decompositions of characters, read from an embedded file. With <c>InvariantGlobalization</c>, which lets the
    /// service run without ICU, .NET decomposes only ASCII.
    /// </summary>
    private static readonly Lazy<Dictionary<Rune, string>> Decompositions = new(ReadDecompositions);

    /// <summary>
    /// Returns the topic of a category, at most 64 characters: <c>Trade &amp; tariffs</c> gives <c>trade-tariffs</c>,
    /// <c>Köln</c> gives <c>koln</c>. A category that already has the form of a topic is kept, in lower case. Empty
    /// when no characters remain.
    /// </summary>
    public static string Of(string category)
    {
        var lower = category.Trim().ToLowerInvariant();
        if (Slug.IsOne(lower))
        {
            return lower;
        }

        var plain = new StringBuilder();
        foreach (var rune in category.EnumerateRunes().SelectMany(rune => Decomposed(rune).EnumerateRunes())
            .Where(rune => !IsMark(rune)))
        {
            plain.Append(Letters(Rune.ToLowerInvariant(rune)));
        }

        var topic = Joined(plain.ToString());
        return topic.Length <= Slug.Longest ? topic : topic[..Slug.Longest].TrimEnd('-');
    }

    /// <summary>Returns the topic that earlier versions derived from a category.</summary>
    public static string Former(string category)
    {
        var lower = category.Trim().ToLowerInvariant();
        return Slug.IsOne(lower) ? lower : Joined(lower);
    }

    private static string Decomposed(Rune rune) =>
        Decompositions.Value.TryGetValue(rune, out var parts) ? parts : rune.ToString();

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark;

    private static Dictionary<Rune, string> ReadDecompositions()
    {
        using var stream = typeof(CategoryTopics).Assembly.GetManifestResourceStream("decompositions.txt")
            ?? throw new InvalidOperationException("The decompositions are not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var found = new Dictionary<Rune, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var parts, var characters])
            {
                foreach (var rune in characters.EnumerateRunes())
                {
                    found[rune] = parts;
                }
            }
        }

        return found;
    }

    private static string Letters(Rune rune) => rune.Value switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => rune.ToString(),
    };

    /// <summary>Replaces each run of other characters with one hyphen.</summary>
    private static string Joined(string text) =>
        string.Join('-',
            text.Split([.. text.Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()],
                StringSplitOptions.RemoveEmptyEntries));
}
