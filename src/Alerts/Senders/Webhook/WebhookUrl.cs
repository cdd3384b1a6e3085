using System.Net;

namespace Alerts.Senders.Webhook;

/// <summary>Checks a webhook's URL without calling it.</summary>
internal static class WebhookUrl
{
    private const int Longest = 2048;

    private const string Incomplete = "Enter the full address, such as https://example.com/alerts.";

    /// <summary>
    /// What is wrong with a URL and what to write instead, in sentences; null if nothing is. The addresses of a host
    /// name are checked at every connection.
    /// </summary>
    public static string? Problem(string url, WebhookOptions options)
    {
        if (url.Length > Longest)
        {
            return "The URL is longer than 2,048 characters; write a shorter one.";
        }

        if (url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            return Incomplete;
        }

        if (uri.UserInfo.Length > 0)
        {
            return "The URL must not hold a user name or password; leave them out, since deliveries are signed.";
        }

        if (uri.Fragment.Length > 0)
        {
            return "The URL must not have a fragment (#…); leave it out, since it would never be sent.";
        }

        if (uri.Port == 0)
        {
            return "The URL's port is 0, which nothing can listen on; write the endpoint's port or none.";
        }

        var address = IsLocalhost(uri.IdnHost) ? IPAddress.Loopback : Literal(uri.IdnHost.TrimEnd('.'));
        if (uri.Scheme == Uri.UriSchemeHttp && !(options.AllowLoopback && IsLoopback(address)))
        {
            return options.AllowLoopback
                ? "Enter an address that begins with https://; plain http goes to localhost only."
                : "Enter an address that begins with https://." + Advice(address, options);
        }

        return address is not null && !options.Allows(uri.Scheme, address)
            ? "The URL's host is a private address; only public addresses are called." + Advice(address, options)
            : null;
    }

    /// <summary>Names the setting that allows a local receiver, for a trial; empty if it does not apply.</summary>
    private static string Advice(IPAddress? address, WebhookOptions options) =>
        options.IsLoopbackStart && !options.AllowLoopback && IsLoopback(address)
            ? " To try a receiver on this machine, restart with Alerts:Webhooks:AllowLoopback=true "
                + "(environment variable Alerts__Webhooks__AllowLoopback)."
            : "";

    /// <summary>Whether a host name means loopback by definition, without a lookup (RFC 6761, section 6.3).</summary>
    public static bool IsLocalhost(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(PrivateNetworks.Unmapped(address));

    private static IPAddress? Literal(string host) => IPAddress.TryParse(host, out var address) ? address : null;
}
