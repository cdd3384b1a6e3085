using System.Globalization;
using System.Text;
using Alerts.Core;

namespace Alerts.Dates.Calendars;

/// <summary>Makes topics of CATEGORIES.</summary>
internal static class CategoryTopics
{
    /// <summary>
    /// From a file of ours: .NET decomposes nothing outside of ASCII while <c>InvariantGlobalization</c> is set, which
    /// lets the service run without ICU.
    /// </summary>
    private static readonly Lazy<Dictionary<Rune, string>> Decompositions = new(ReadDecompositions);

    /// <summary>
    /// The topic of a category: <c>Trade &amp; tariffs</c> is <c>trade-tariffs</c>, <c>Köln</c> is <c>koln</c>. One
    /// already of a topic's form stays as it is. Empty when nothing is left of it; at most 64 characters.
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

    /// <summary>The topic that versions before this rule made of a category.</summary>
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

    /// <summary>Runs of other characters become one hyphen.</summary>
    private static string Joined(string text) =>
        string.Join('-',
            text.Split([.. text.Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()],
                StringSplitOptions.RemoveEmptyEntries));
}
