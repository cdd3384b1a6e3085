using Alerts.Dates;
using Alerts.Senders;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages;

/// <summary>Renders preferences, and the alerts they would give, in words.</summary>
internal static class PreferencesText
{
    public const string What = "Which dates";
    public const string When = "At what time";
    public const string Quiet = "Quiet hours";

    /// <summary>Default maximum number of alerts listed.</summary>
    private const int MaxShown = 50;

    /// <summary>Number of alerts listed first; the others are folded, so that phones show what follows.</summary>
    private const int ShownFirst = 8;

    public static Html Describe(Preferences preferences) => Html.Of(
        $"""
        <div class="card"><dl>
        <dt>{What}</dt><dd>{Follows(preferences)}</dd>
        <dt>Reminders</dt><dd>{string.Join(
            ", ", LeadOrder.LongestFirst(preferences.Leads).Select(PreferencesWords.Words))}</dd>
        <dt>{When}</dt><dd>{TimeWords.Of(preferences.At)} {TimeWords.Place(
            preferences.Zone)} ({preferences.Zone.Id})</dd>
        {Html.Maybe(preferences.QuietHours, quiet => Html.Of(
            $"<dt>{Quiet}</dt><dd>{TimeWords.Of(quiet.From)} – {TimeWords.Of(quiet.To)}</dd>"))}
        </dl></div>

    """);

    /// <summary>The upcoming alerts, each with its local time and how long before the date it is.</summary>
    /// <param name="root">
    /// The relative path to the root; null for no links, because they would lead away from a half-filled form.
    /// </param>
    public static Html Coming(
        IReadOnlyList<PreviewItem> items, Preferences preferences, string? root = null, int most = MaxShown) =>
        items.Count == 0
            ? Html.Of($"<p>{PreferencesWords.NothingAhead(preferences)}</p>")
            : Html.Of(
                $"""
            <p class="soft">{items.Count} {(items.Count == 1 ? "alert" : "alerts")} for the dates known today.</p>
            {Rows(items.Take(Math.Min(most, ShownFirst)), preferences, root)}
            {Html.If(items.Count > ShownFirst && most > ShownFirst, Html.Of(
                $"""
                <details><summary>and {items.Count - ShownFirst} more</summary>
                {Rows(items.Take(most).Skip(ShownFirst), preferences, root)}
                {Html.If(items.Count > most, More(items.Count - most))}</details>
                """))}
            {Html.If(items.Count > most && most <= ShownFirst, More(items.Count - most))}
            """);

    private static Html More(int count) => Html.Of($"<p class=\"soft\">and {count} more</p>");

    private static Html Rows(IEnumerable<PreviewItem> items, Preferences preferences, string? root) =>
        Html.Of($"<ul class=\"rows\">{Html.Each(items, item => Item(item, preferences, root))}</ul>");

    private static Html Item(PreviewItem item, Preferences preferences, string? root)
    {
        var (date, at) = (item.KeyDate, item.Due.DueAt);
        return Html.Of(
            $"""
            <li><time class="what block" datetime="{TimeText.Write(at)}">{TimeWords.Of(at, preferences.Zone)}</time>
            {PreferencesWords.Words(item.Due.Lead)}: {Title(date, root)} {DateText.Badges(date)}</li>

            """);
    }

    private static Html Title(KeyDate date, string? root) => root is null
        ? Html.Of($"<bdi>{date.Title}</bdi>")
        : Html.Of($"<a href=\"{root}dates/{date.Id}\"><bdi>{date.Title}</bdi></a>");

    private static Html Follows(Preferences preferences) =>
        (preferences.Topics.Count, preferences.Dates.Count) switch
        {
            (0, 0) => Html.Of($"every date"),
            _ => Html.Of($"{TopicLabels(preferences)}{string.Join(", ", preferences.Dates)}"),
        };

    private static Html TopicLabels(Preferences preferences) =>
        Html.Each(preferences.Topics, topic => Html.Of($"<span class=\"topic\">{TopicNames.Of(topic)}</span> "));
}
