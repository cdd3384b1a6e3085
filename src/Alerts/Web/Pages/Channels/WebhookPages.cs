using System.Diagnostics;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages.Channels;

/// <summary>Subscriptions by webhook on the pages.</summary>
internal sealed class WebhookPages(Tokens tokens, PublicUrl publicUrl) : ChannelPages
{
    public override string Name => WebhookKind.ChannelName;

    public override string Label => "Webhook";

    public override string To => "Webhook to";

    public override string Pending(Subscription subscription) =>
        $"Your endpoint has not consented yet. {HowToConsent(subscription.Format)}";

    public override string ComingOncePending => "What comes once your endpoint has consented";

    public override string AskAgain => "Send the verification again";

    public override string TargetField => "url";

    public override Html Fields(PreferencesForm form, FieldErrors errors) => errors.Input(
        "url", "Address of your endpoint", form.Field("url"), "url",
        "An https address on the internet. It gets signed messages (Standard Webhooks); "
        + "the first one asks for its consent.",
        Html.Of($" placeholder=\"https://\" maxlength=\"2048\""),
        Html.Of(
            $"""

            <div class="chips" id="format" role="radiogroup" aria-label="Format">
            {Formats(form)}</div>{errors.At("format")}
            {errors.Input("contact", "Email address to warn when it keeps failing (optional)", form.Field("contact"),
                "email", "We ask it to confirm first.", EmailPages.AddressAttributes)}
            """),
        also: "for-webhook");

    public override ChannelRequest Request(PreferencesForm form) => new WebhookChannelRequest
    {
        Url = form.Field("url"),
        Format = FormatOf(form),
        Contact = ApiJson.Given(form.Field("contact")),
    };

    public override Page Subscribed(Target target, Made? made, HttpRequest request)
    {
        var (subscription, identity) = made ?? throw new UnreachableException();
        var manage = "manage/" + tokens.Make(TokenPurpose.Manage, subscription);
        return new Page(StatusCodes.Status201Created, "Almost done: three steps", Html.Of(
            $"""
            <h2>1. Keep the secret</h2>
            {SecretText.Once(identity.Secret, "Your endpoint checks signatures with it. "
                + "It is shown only this once; you can make a new one later.")}
            <h2>2. Keep the link to this subscription</h2>
            {SecretText.Once(publicUrl.At("/" + manage), "Everyone who has this link can change or end the "
                + "subscription. You need it to come back.")}
            <h2>3. Let your endpoint answer</h2>
            <p>{HowToConsent(target.Format)}</p>
            <p>Until then the subscription is pending, for at most 7 days. We ask up to four times within about
            half an hour, and again when you want it on the page of the subscription.</p>
            {ManagePages.Button(Page.Root(request) + manage)}
            """));
    }

    private string HowToConsent(WebhookFormat format) => BodyFormat.Of(format).HowToConsent(publicUrl.Value.IdnHost);

    private static string FormatOf(PreferencesForm form) =>
        form.Field("format") is { Length: > 0 } format ? format : WebhookFormat.Standard.Word();

    /// <summary>The choice of a format; the first one for a word that is none.</summary>
    private static Html Formats(PreferencesForm form)
    {
        var chosen = WebhookFormats.Of(FormatOf(form)) ?? WebhookFormat.Standard;
        return Html.Each(Enum.GetValues<WebhookFormat>(), format => Html.Of(
            $"{Html.Chip("radio", "format", format.Word(), format == chosen, Html.Of($"{format.Title()}"))}\n"));
    }
}

/// <summary>Renders a secret that is shown once, to be copied.</summary>
internal static class SecretText
{
    public static Html Once(string secret, string explanation) => Html.Of(
        $"""<p>{explanation}</p><p><code class="secret" data-copy="Copy" """
        + $"""data-copied="Copied">{secret}</code></p>""");
}
