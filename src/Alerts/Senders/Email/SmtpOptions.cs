namespace Alerts.Senders.Email;

/// <summary>The mail server (<c>Alerts:Email:Smtp:…</c>).</summary>
/// <param name="Host">Name or address; required.</param>
/// <param name="Port">1 to 65535; default 587 (submission, RFC 6409).</param>
/// <param name="User">Null: no sign-in.</param>
/// <param name="Password">Never shown; null only without a user.</param>
/// <param name="Security">How the connection is protected; default <see cref="SmtpSecurity.Auto"/>.</param>
internal sealed record SmtpOptions(
    string Host,
    int Port = 587,
    string? User = null,
    string? Password = null,
    SmtpSecurity Security = SmtpSecurity.Auto);

/// <summary>How a connection to the mail server is protected.</summary>
internal enum SmtpSecurity
{
    /// <summary>TLS from the start on port 465, else STARTTLS where the server offers it. A password is never sent unprotected.</summary>
    Auto,

    /// <summary>No TLS, also for the password: for a server on the same machine or a closed network.</summary>
    None,

    /// <summary>STARTTLS, or no mail.</summary>
    StartTls,

    /// <summary>TLS from the start (usually port 465).</summary>
    Tls,
}
