using System.Net;
using Alerts.Senders.Webhook;
using Xunit;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Which addresses a webhook may go to: the edges of every special-purpose range.</summary>
public class PrivateNetworksTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")] // cloud metadata
    [InlineData("168.63.129.16", false)] // Azure's own, public by the registry
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.31.196.1")]
    [InlineData("192.52.193.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.0")]
    [InlineData("192.168.255.255")]
    [InlineData("192.175.48.1")]
    [InlineData("198.18.0.0")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")] // IPv4-compatible
    [InlineData("::ffff:127.0.0.1")] // IPv4-mapped
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:127.0.0.1")] // IPv4-translated
    [InlineData("64:ff9b::10.0.0.1")] // NAT64 of a private one
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("100:0:0:1::1")]
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:1ff:ffff::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:a00:1::1")] // 6to4 of 10.0.0.1
    [InlineData("2002:7f00:1::1")]
    [InlineData("2620:4f:8000::1")]
    [InlineData("3fff::1")]
    [InlineData("3fff:fff:ffff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff:ffff::1")]
    [InlineData("fe80::1")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("1.0.0.0", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("9.255.255.255", false)]
    [InlineData("11.0.0.0", false)]
    [InlineData("100.63.255.255", false)]
    [InlineData("100.128.0.0", false)]
    [InlineData("126.255.255.255", false)]
    [InlineData("128.0.0.0", false)]
    [InlineData("169.253.255.255", false)]
    [InlineData("169.255.0.0", false)]
    [InlineData("172.15.255.255", false)]
    [InlineData("172.32.0.0", false)]
    [InlineData("192.0.1.0", false)]
    [InlineData("192.167.255.255", false)]
    [InlineData("192.169.0.0", false)]
    [InlineData("198.17.255.255", false)]
    [InlineData("198.20.0.0", false)]
    [InlineData("223.255.255.255", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::8.8.8.8", false)] // how a network without IPv4 reaches the public one
    [InlineData("2001:200::1", false)]
    [InlineData("2001:4860:4860::8888", false)]
    [InlineData("2002:808:808::1", false)] // 6to4 of 8.8.8.8
    [InlineData("2606:4700::1", false)]
    [InlineData("2a00::1", false)]
    public void Every_special_purpose_range_is_private_and_nothing_else(string address, bool isPrivate = true)
    {
        Assert.Equal(isPrivate, PrivateNetworks.Contain(IPAddress.Parse(address)));
        Assert.Equal(!isPrivate, new WebhookOptions(false, []).Allows("https", IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("http", "127.0.0.1", true)]
    [InlineData("https", "127.9.9.9", true)]
    [InlineData("http", "::1", true)]
    [InlineData("http", "::ffff:127.0.0.1", true)]
    [InlineData("http", "8.8.8.8", false)] // plain http goes to loopback only
    [InlineData("https", "8.8.8.8", true)]
    [InlineData("https", "10.0.0.1", false)]
    [InlineData("http", "0.0.0.0", false)] // Linux would connect it to loopback
    [InlineData("http", "64:ff9b::127.0.0.1", false)]
    public void Loopback_when_allowed_is_loopback_only(string scheme, string address, bool allowed) =>
        Assert.Equal(allowed, new WebhookOptions(true, []).Allows(scheme, IPAddress.Parse(address)));

    [Theory]
    [InlineData("https", "10.1.2.3", true)]
    [InlineData("https", "::ffff:10.1.2.3", true)]
    [InlineData("https", "fd12::5", true)]
    [InlineData("http", "10.1.2.3", false)]
    [InlineData("https", "10.2.0.1", false)]
    [InlineData("https", "127.0.0.1", false)]
    public void An_operators_networks_are_allowed_over_https(string scheme, string address, bool allowed) =>
        Assert.Equal(allowed, new WebhookOptions(false, [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd12::/16")]).Allows(scheme, IPAddress.Parse(address)));
}
