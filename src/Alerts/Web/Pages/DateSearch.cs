using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>Whether a date matches the words somebody searches for.</summary>
internal static class DateSearch
{
    /// <summary>
    /// Each word must be in its title, summary, id, or in the id or the name of a topic; in any case.
    /// </summary>
    public static bool Fits(KeyDate date, string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            Has(date.Title, word) || Has(date.Summary ?? "", word) || Has(date.Id, word)
            || date.Topics.Any(topic => Has(topic, word) || Has(TopicNames.Of(topic), word)));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
