namespace Alerts.Senders.Email;

/// <summary>Settings for the mail server (<c>Alerts:Email:Smtp:…</c>).</summary>
/// <param name="Host">Name or address; required.</param>
/// <param name="Port">1 to 65535; default 587 (submission, RFC 6409).</param>
/// <param name="User">Null to connect without sign-in.</param>
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
