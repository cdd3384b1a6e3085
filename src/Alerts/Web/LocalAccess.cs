using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Alerts.Senders.Email;

namespace Alerts.Web;

/// <summary>
/// Access to the outbox, which holds other people's confirmation links: for clients on this machine and for operators.
/// </summary>
internal sealed class LocalAccess(OutboxFolder outbox, SignInLimit limit, AdminSession session, IServer server)
{
    public bool OpensOutbox(HttpRequest request) => outbox.Path is not null
        && (session.IsOpen(request) || IsLocal(request)
            || limit.Judge(request.HttpContext, Bearer.Of(request)) == SignInVerdict.Right);

    /// <summary>Whether the server listens on loopback addresses only.</summary>
    private bool IsLoopbackBinding => server.Features.Get<IServerAddressesFeature>()?.Addresses
        .All(address => IsLoopback(BindingAddress.Parse(address).Host)) != false;

    /// <summary>
    /// Whether the request came over a loopback connection, with a local host name (a page elsewhere can make its own
    /// host name resolve to 127.0.0.1), and not through a proxy on this machine.
    /// </summary>
    private bool IsLocal(HttpRequest request) =>
        IsLoopbackBinding
        && request.HttpContext.Features.Get<ReportedClient>() is null
        && request.HttpContext.Connection is { LocalIpAddress: { } local, RemoteIpAddress: { } remote }
        && IPAddress.IsLoopback(local) && IPAddress.IsLoopback(remote) && IsLoopback(request.Host.Host)
        && !request.Headers.Keys.Any(name =>
            name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
