using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>Registers the email channel and its settings.</summary>
internal static class EmailRegistration
{
    /// <summary>The email provider: <c>Outbox</c> (default), <c>Smtp</c> or <c>SendGrid</c>.</summary>
    /// <exception cref="BadSettingException">The setting has another value.</exception>
    public static string ProviderOf(Settings settings) =>
        settings.OneOf("Email:Provider", "Outbox", "Smtp", "SendGrid");

    /// <param name="realTime">Not the service's clock: SendGrid's rate limits count in real time.</param>
    public static void AddEmail(
        this IServiceCollection services, Settings settings, DataFolder data, TimeProvider realTime)
    {
        var provider = ProviderOf(settings);
        var from = settings.Text("Email:From");
        if (from is null && provider != "Outbox")
        {
            throw settings.Bad("Email:From", "write the address alerts are sent from, such as alerts@example.com");
        }

        if (from is not null
            && !(MailboxAddress.TryParse(from, out var sender) && MailAddress.Stored(sender.Address) is not null))
        {
            throw settings.Bad("Email:From", "write an email address such as alerts@example.com");
        }

        services.AddSingleton<ChannelKind, EmailKind>();
        services.AddSingleton<OperatorMail>();
        services.AddSingleton(of => new MailComposer(
            of.GetRequiredService<PublicUrl>(), of.GetRequiredService<Tokens>(), from));
        services.AddSingleton(new OutboxFolder(provider == "Outbox" ? data.Outbox : null));
        switch (provider)
        {
            case "Outbox":
                services.AddSingleton<IMailTransport>(_ => new OutboxTransport(data.Outbox));
                services.AddSingleton<IChannel, EmailChannel>();
                break;
            case "Smtp":
                var smtp = Smtp(settings);
                services.AddSingleton<IMailTransport>(_ => new SmtpTransport(smtp));
                services.AddSingleton<IChannel, EmailChannel>();
                break;
            default:
                var sendGrid = SendGrid(settings);
                services.AddSingleton<IChannel>(of => new SendGridChannel(
                    sendGrid, of.GetRequiredService<MailComposer>(), of.GetRequiredService<Tokens>(), realTime,
                    welcome: of.GetService<WelcomeFacts>()));
                if (settings.Text("Email:SendGrid:EventPublicKey") is { } text)
                {
                    services.AddSingleton(new SendGridEvents(
                        SendGridEvents.ReadKey(text)
                            ?? throw settings.Bad(
                                "Email:SendGrid:EventPublicKey",
                                "write the verification key that SendGrid shows for its signed event webhook, "
                                + "in base64")));
                }

                break;
        }
    }

    private static SmtpOptions Smtp(Settings settings)
    {
        var host = settings.Text("Email:Smtp:Host");
        if (host is null || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw settings.Bad(
                "Email:Smtp:Host",
                "write the mail server's name or address alone, such as smtp.example.com (the port goes into "
                + "Alerts:Email:Smtp:Port)");
        }

        var (user, password) = (settings.Text("Email:Smtp:User"), settings.Text("Email:Smtp:Password"));
        if (user is null != password is null)
        {
            throw settings.Bad(
                user is null ? "Email:Smtp:User" : "Email:Smtp:Password",
                "write both a user and a password, or neither of them", isSecret: true);
        }

        return new SmtpOptions(
            host, settings.Number("Email:Smtp:Port", 587, 1, 65535), user, password,
            Enum.Parse<SmtpSecurity>(settings.OneOf("Email:Smtp:Security", Enum.GetNames<SmtpSecurity>())));
    }

    private static SendGridOptions SendGrid(Settings settings)
    {
        // The key is sent in a header, so only header characters are valid.
        var key = settings.Text("Email:SendGrid:ApiKey");
        if (key is null || !key.All(c => c is > ' ' and <= '~'))
        {
            throw settings.Bad(
                "Email:SendGrid:ApiKey", "write an API key of SendGrid with the right to send mail, SG.…",
                isSecret: true);
        }

        return
            Uri.TryCreate(
                settings.Text("Email:SendGrid:ApiHost") ?? "https://api.sendgrid.com", UriKind.Absolute, out var host)
            && host is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            && (host.Scheme == Uri.UriSchemeHttps || (host.Scheme == Uri.UriSchemeHttp && host.IsLoopback))
            ? new SendGridOptions(key, host)
            : throw settings.Bad(
                "Email:SendGrid:ApiHost",
                "write an https address without path, such as https://api.sendgrid.com or https://api.eu.sendgrid.com");
    }
}

/// <summary>Settings for the mail server (<c>Alerts:Email:Smtp:…</c>).</summary>
/// <param name="Host">Name or address; required.</param>
/// <param name="Port">1 to 65535; default 587 (submission, RFC 6409).</param>
/// <param name="User">Null to connect without sign-in.</param>
/// <param name="Password">Never shown; null only without a user.</param>
/// <param name="Security">How the connection is protected; default <see cref="SmtpSecurity.Auto"/>.</param>
internal sealed record SmtpOptions(
    string Host, int Port = 587, string? User = null, string? Password = null,
    SmtpSecurity Security = SmtpSecurity.Auto);

/// <summary>How a connection to the mail server is protected.</summary>
internal enum SmtpSecurity
{
    /// <summary>
    /// TLS from the start on port 465, otherwise STARTTLS if the server offers it. A password
    /// is never sent unprotected.
    /// </summary>
    Auto,

    /// <summary>No TLS, not even for the password: for a server on the same machine or in a closed network.</summary>
    None,

    /// <summary>STARTTLS; nothing is sent if the server does not offer it.</summary>
    StartTls,

    /// <summary>TLS from the start (usually port 465).</summary>
    Tls,
}
