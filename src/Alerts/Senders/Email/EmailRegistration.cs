using Alerts.App;
using Alerts.Subscriptions;
using Alerts.Web;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>The email channel's settings and parts.</summary>
internal static class EmailRegistration
{
    public static void AddEmail(this IServiceCollection services, Settings settings, DataFolder data)
    {
        var isOutbox = settings.OneOf("Email:Provider", "Outbox", "Smtp") == "Outbox";
        var from = settings.Text("Email:From")
            ?? (isOutbox ? "alerts@localhost" : throw settings.Bad("Email:From", "write the address alerts are sent from, such as alerts@example.com"));
        if (!MailboxAddress.TryParse(from, out _))
        {
            throw settings.Bad("Email:From", "write a mail address such as alerts@example.com");
        }

        var smtp = isOutbox ? null : Smtp(settings);
        services.AddSingleton<IMailTransport>(_ => smtp is null ? new OutboxTransport(data.Outbox) : new SmtpTransport(smtp));
        services.AddSingleton(new OutboxFolder(isOutbox ? data.Outbox : null));
        services.AddSingleton<IChannel>(of => new EmailChannel(
            new MailComposer(of.GetRequiredService<PublicUrl>(), of.GetRequiredService<Tokens>(), from), of.GetRequiredService<IMailTransport>()));
    }

    private static SmtpOptions Smtp(Settings settings) => new(
        settings.Text("Email:Smtp:Host") ?? throw settings.Bad("Email:Smtp:Host", "write the mail server's name, such as smtp.example.com"),
        settings.Number("Email:Smtp:Port", 587, 1, 65535),
        settings.Text("Email:Smtp:User"),
        settings.Text("Email:Smtp:Password"),
        Enum.Parse<SmtpSecurity>(settings.OneOf("Email:Smtp:Security", Enum.GetNames<SmtpSecurity>())));
}
