using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Channels;

/// <summary>Subscriptions by email on the pages.</summary>
internal sealed class EmailPages(LocalAccess local, ServiceHealth health) : ChannelPages
{
    public override string Name => EmailKind.ChannelName;

    public override string Label => "Email";

    public override string To => "Email to";

    public override string Pending(Subscription subscription) => ManageTexts.PendingMail;

    public override string ComingOncePending => "What comes once it is confirmed";

    public override string AskAgain => "Send the confirmation again";

    public override string TargetField => "address";

    public override Html Fields(PreferencesForm form, FieldErrors errors) => Html.Of(
        $"""
        <div class="{errors.Class("address")} for-email"><label for="address">{PreferencesTexts.Address}</label>
        <input type="email" id="address" name="address" value="{form.Field("address")}"
        autocomplete="email" maxlength="254"{errors.Attributes("address", "address-hint")}>
        {Html.If(
            form.AsWritten.Length > 0,
            Html.Of($"<input type=\"hidden\" name=\"asWritten\" value=\"{form.AsWritten}\">"))}
        {errors.At("address")}<p class="hint" id="address-hint">{PreferencesTexts.AddressHint}</p></div>
        """);

    public override ChannelRequest Request(PreferencesForm form) =>
        new EmailChannelRequest { Address = form.Field("address") };

    public override Problem? Doubt(PreferencesForm form) =>
        MailAddress.Stored(form.Field("address")) is { } address && MailAddressHint.Of(address) is { } hint
            ? new Problem("/channel/address", hint) : null;

    private bool CanSend => health.Channel(Name).Failure is null;

    public override Page Subscribed(Target target, Made? made, HttpRequest request) => Page.Of(
        "Check your email",
        Html.Of(
            $"""
            <p class="lead">{(CanSend
                ? SubscribeTexts.MailSent(target.Address)
                : SubscribeTexts.MailDelayed(target.Address))}</p>
            <p>Open it and press Confirm on the page it links to. The link works for 7 days.</p>
            <p class="soft">{SubscribeTexts.MailMissing}</p>
            {Html.If(local.OpensOutbox(request), Html.Of(
                $"<p class=\"note\">{SubscribeTexts.OutboxHint} "
                + $"<a href=\"{Page.Root(request)}outbox\">{SubscribeTexts.OutboxLink}</a></p>"))}
            """));
}
