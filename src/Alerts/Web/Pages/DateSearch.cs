using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>Matches dates with the words of a search.</summary>
internal static class DateSearch
{
    /// <summary>
    /// Whether each word occurs in the date's title, summary or id, or in the id or name of one of its topics.
    /// Ignores case.
    /// </summary>
    public static bool Fits(KeyDate date, string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            Has(date.Title, word) || Has(date.Summary ?? "", word) || Has(date.Id, word)
            || date.Topics.Any(topic => Has(topic, word) || Has(TopicNames.Of(topic), word)));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
