namespace Alerts.Senders.Email;

/// <summary>How SendGrid is reached (<c>Alerts:Email:SendGrid</c>).</summary>
/// <param name="ApiKey">A secret that never shows in errors and logs.</param>
/// <param name="ApiHost">https, or http to loopback; default <c>https://api.sendgrid.com</c>.</param>
internal sealed record SendGridOptions(string ApiKey, Uri ApiHost)
{
    // A record would print the key.
    public override string ToString() => nameof(SendGridOptions);
}
