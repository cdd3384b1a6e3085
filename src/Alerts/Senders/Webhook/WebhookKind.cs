using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Alerts.Senders.Email;
using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>Subscriptions by webhook, in every format.</summary>
internal sealed class WebhookKind(WebhookOptions options) : ChannelKind
{
    public const string ChannelName = "webhook";

    public override string Name => ChannelName;

    public override string Example => """{"type": "webhook", "url": "https://…"}""";

    public override ServiceMessage OptIn => ServiceMessage.Verification;

    public override bool HasSecrets => true;

    public override Target? Read(JsonObjectReader channel)
    {
        var url = channel.RequiredText("url", "the endpoint's URL, https://…");
        if (url is not null && WebhookUrl.Problem(url, options) is { } problem)
        {
            channel.Refuse("url", problem);
        }

        var format = EnumWords.Read(
            channel, "format", WebhookFormat.Standard, "a format", $"{WebhookFormats.Words}, or leave it out");
        var contact = MailAddress.Read(channel, "contact", channel.Text("contact"));
        return url is null ? null : new Target(this, url) { Format = format, Contact = contact };
    }

    public override Destinations Destinations { get; } = new(AuthorityKey, MaxPerEndpoint: 4);

    /// <summary>Messages to the contact are emailed.</summary>
    public override string CarrierOf(ServiceMessage message) => message.IsForContact() ? EmailKind.ChannelName : Name;

    /// <summary>A hash of the URL's authority: all endpoints of a server share it.</summary>
    private static long AuthorityKey(string url) => BinaryPrimitives.ReadInt64BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(url).Authority)));
}
