using System.Net;
using Alerts.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Tests.Web;

/// <summary>Tests which client a request is counted for, from the connection and X-Forwarded-For.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("", "10.0.0.5", "203.0.113.7", "10.0.0.5")] // not configured as a proxy
    [InlineData("10.0.0.5", "10.0.0.5", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.0/24", "::ffff:10.0.0.5", "198.51.100.1, 203.0.113.7:5000", "203.0.113.7")]
    [InlineData("10.0.0.0/24", "10.0.0.5", "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7")] // two proxies
    [InlineData("10.0.0.0/24", "10.0.0.5", "10.0.0.9", "10.0.0.9")]
    [InlineData("10.0.0.0/24", "10.0.0.5", "unknown", "unreadable")]
    [InlineData("10.0.0.0/24", "10.0.0.5", null, "10.0.0.5")]
    [InlineData("", "127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("", "127.0.0.1", null, null)]
    // Loopback is not a proxy when others are configured.
    [InlineData("10.0.0.5", "127.0.0.1", "203.0.113.7", "127.0.0.1")]
    [InlineData("2001:db8::/32", "2001:db8::1", "2001:db9::7", "20010db900000000")]
    public void Only_named_proxies_are_believed(string proxies, string peer, string? forwarded, string? client)
    {
        var settings = new Settings(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Alerts:Proxies"] = proxies }).Build());
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection()
                .AddSingleton(TrustedProxies.From(settings)).BuildServiceProvider(),
        };
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        Assert.Equal(client, ClientAddress.Of(context));
    }
}
