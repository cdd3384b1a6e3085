using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages;

/// <summary>What a subscription asks for, in words.</summary>
internal static class WishText
{
    public static Html Describe(Wish wish) => Html.Of(
        $"""
        <dl>
        <dt>Follows</dt><dd>{Follows(wish)}</dd>
        <dt>Ahead by</dt><dd>{string.Join(", ", wish.Leads.Select(lead => lead.Text))}</dd>
        <dt>At</dt><dd>{TimeWords.Of(wish.At)} {wish.Zone.Id}</dd>
        {(wish.QuietHours is { } quiet ? Html.Of($"<dt>Quiet hours</dt><dd>{TimeWords.Of(quiet.From)} to {TimeWords.Of(quiet.To)}</dd>") : Html.Nothing)}
        </dl>

        """);

    private static string Follows(Wish wish) => (wish.Topics.Count, wish.Dates.Count) switch
    {
        (0, 0) => "every date",
        (_, 0) => "topics " + string.Join(", ", wish.Topics),
        (0, _) => "dates " + string.Join(", ", wish.Dates),
        _ => $"topics {string.Join(", ", wish.Topics)}; dates {string.Join(", ", wish.Dates)}",
    };
}
