using Alerts.Core;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>Subscriptions by email, whichever provider sends the mails.</summary>
internal sealed class EmailKind : ChannelKind
{
    public const string ChannelName = "email";

    public override string Name => ChannelName;

    public override string Example => """{"type": "email", "address": "name@example.com"}""";

    public override ServiceMessage OptIn => ServiceMessage.Confirmation;

    public override bool IsMailbox => true;

    public override bool HasWelcome => true;

    public override Target? Read(JsonObjectReader channel)
    {
        var given = channel.RequiredText("address", "the email address, such as name@example.com");
        return MailAddress.Read(channel, "address", given) is { } address ? new Target(this, address) : null;
    }
}
