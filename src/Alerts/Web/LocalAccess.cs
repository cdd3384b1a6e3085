using System.Net;
using Alerts.Senders.Email;

namespace Alerts.Web;

/// <summary>
/// Access to the outbox, which holds other people's confirmation links: for clients on this machine
/// and for operators.
/// </summary>
internal sealed class LocalAccess(OutboxFolder outbox, SignInLimit limit, AdminSession session)
{
    public bool OpensOutbox(HttpRequest request) => outbox.Path is not null
        && (session.IsOpen(request) || IsLocal(request)
            || limit.Judge(request.HttpContext, Bearer.Of(request)) == SignInVerdict.Right);

    /// <summary>
    /// Whether the request came over a loopback connection, with a local host name (a page elsewhere can make its own
    /// host name resolve to 127.0.0.1), and not through a proxy on this machine.
    /// </summary>
    private static bool IsLocal(HttpRequest request) =>
        request.HttpContext.Features.Get<ReportedClient>() is null
        && request.HttpContext.Connection is { LocalIpAddress: { } local, RemoteIpAddress: { } remote }
        && IPAddress.IsLoopback(local)
        && IPAddress.IsLoopback(remote)
        && (
            request.Host.Host == "localhost"
            || (IPAddress.TryParse(request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !request.Headers.Keys.Any(name =>
            name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase));
}
