namespace Alerts.Senders.Email;

/// <summary>Settings for SendGrid (<c>Alerts:Email:SendGrid</c>).</summary>
/// <param name="ApiKey">A secret; it never appears in errors or logs.</param>
/// <param name="ApiHost">https, or http to loopback; default <c>https://api.sendgrid.com</c>.</param>
internal sealed record SendGridOptions(string ApiKey, Uri ApiHost)
{
    // The record's own ToString would print the key.
    public override string ToString() => nameof(SendGridOptions);
}
