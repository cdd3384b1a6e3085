using Alerts.Senders.Email;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages.Channels;

/// <summary>Subscriptions by email on the pages.</summary>
internal sealed class EmailPages(LocalAccess local, ServiceHealth health) : ChannelPages
{
    /// <summary>The attributes of an input for an email address.</summary>
    public static readonly Html AddressAttributes = Html.Of($" autocomplete=\"email\" maxlength=\"254\"");

    public override string Name => EmailKind.ChannelName;

    public override string Label => "Email";

    public override string To => "Email to";

    public override string Pending(Subscription subscription) =>
        "Not confirmed yet. Open the email that we sent you and press Confirm on the page it links to.";

    public override string ComingOncePending => "What comes once it is confirmed";

    public override string AskAgain => "Send the confirmation again";

    public override string TargetField => "address";

    public override Html Fields(PreferencesForm form, FieldErrors errors) => errors.Input(
        "address", "Your email address", form.Field("address"), "email",
        "We first send an email to confirm your address. Alerts start once you confirm.",
        AddressAttributes,
        Html.If(form.AsWritten.Length > 0, Html.Hidden("asWritten", form.AsWritten)),
        also: "for-email");

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
                ? $"We are sending an email to {target.Address}."
                : $"Email is delayed at the moment. We will send it to {target.Address} as soon as we can.")}</p>
            <p>Open it and press Confirm on the page it links to. The link works for 7 days.</p>
            <p class="soft">{"Nothing after a few minutes? Look in the spam folder, or subscribe again with the same "
                + "choices, and we will send it again."}</p>
            {OutboxPages.Note(local, request)}
            """));
}
