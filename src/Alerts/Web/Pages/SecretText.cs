using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>Renders a secret that is shown once, to be copied.</summary>
internal static class SecretText
{
    public static Html Once(string secret, string explanation) =>
        Html.Of(
            $"""<p>{explanation}</p><p><code class="secret" data-copy="{SubscribeTexts.Copy}" """
            + $"""data-copied="{SubscribeTexts.Copied}">{secret}</code></p>""");
}
