using System.Net;
using Alerts.Senders.Webhook;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests which addresses a webhook may be sent to.</summary>
public class PrivateNetworksTests
{
    [Theory]
    [MemberData(nameof(AddressTable.All), MemberType = typeof(AddressTable))]
    public void Every_special_purpose_range_is_private_and_nothing_else(string address, bool isPrivate, string why)
    {
        Assert.True(isPrivate == PrivateNetworks.Contain(IPAddress.Parse(address)),
            $"{address} ({why}) is judged wrongly.");
        Assert.Equal(!isPrivate, new WebhookOptions(false, []).Allows("https", IPAddress.Parse(address)));
    }

    [Fact]
    public void The_table_of_addresses_has_more_than_150_rows() => Assert.True(AddressTable.All.Count > 150);

    [Theory]
    [InlineData("http", "127.0.0.1", true)]
    [InlineData("https", "127.9.9.9", true)]
    [InlineData("http", "::1", true)]
    [InlineData("http", "::ffff:127.0.0.1", true)]
    [InlineData("http", "8.8.8.8", false)] // plain http is for loopback only
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
        Assert.Equal(
            allowed,
            new WebhookOptions(false, [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd12::/16")]).Allows(
                scheme, IPAddress.Parse(address)));
}
