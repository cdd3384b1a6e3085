using Alerts.Dates;
using Alerts.Senders;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>What a subscription asks for and what it would get, in words.</summary>
internal static class WishText
{
    private const int MostShown = 50;

    public static Html Describe(Wish wish) => Html.Of(
        $"""
        <div class="card"><dl>
        <dt>{WishTexts.What}</dt><dd>{Follows(wish)}</dd>
        <dt>{WishTexts.Leads}</dt><dd>{string.Join(", ", wish.Leads.Select(WishWords.Words))}</dd>
        <dt>{WishTexts.When}</dt><dd>{TimeWords.Of(wish.At)} {TimeWords.Place(wish.Zone)} ({wish.Zone.Id})</dd>
        {(wish.QuietHours is { } quiet ? Html.Of($"<dt>{WishTexts.Quiet}</dt><dd>{TimeWords.Of(quiet.From)} – {TimeWords.Of(quiet.To)}</dd>") : Html.Nothing)}
        </dl></div>

        """);

    /// <summary>Every alert ahead with its local time and how long before.</summary>
    /// <param name="root">The way to the root; null for no links, which would lead away from a half-filled form.</param>
    public static Html Coming(IReadOnlyList<PreviewItem> items, Wish wish, string? root) => items.Count == 0
        ? Html.Of($"<p>{WishTexts.PreviewNone}</p>")
        : Html.Of(
            $"""
            <p class="soft">{WishTexts.PreviewCount(items.Count)}</p>
            <ul class="rows">
            {Html.Each(items.Take(MostShown), item => Html.Of(
                $"""
                <li><time class="what block" datetime="{TimeText.Write(item.Due.DueAt)}">{TimeWords.Of(item.Due.DueAt, wish.Zone)}</time>
                {WishWords.Words(item.Due.Lead)}: {Title(item.KeyDate, root)} {DateText.Badges(item.KeyDate)}</li>

                """))}
            </ul>
            {Html.If(items.Count > MostShown, Html.Of($"<p class=\"soft\">{WishTexts.PreviewMore(items.Count - MostShown)}</p>"))}
            """);

    private static Html Title(KeyDate date, string? root) => root is null
        ? Html.Foreign(date.Title)
        : Html.Of($"<a href=\"{root}dates/{date.Id}\"><bdi>{date.Title}</bdi></a>");

    private static Html Follows(Wish wish) => (wish.Topics.Count, wish.Dates.Count) switch
    {
        (0, 0) => Html.Of($"{WishTexts.EveryDate}"),
        _ => Html.Of($"{Html.Each(wish.Topics, topic => Html.Of($"<span class=\"topic\">{topic}</span> "))}{string.Join(", ", wish.Dates)}"),
    };
}
