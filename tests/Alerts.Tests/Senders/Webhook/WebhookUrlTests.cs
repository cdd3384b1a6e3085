using System.Net;
using Alerts.Senders.Webhook;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests which URLs can be subscribed, and the errors for the others.</summary>
public class WebhookUrlTests
{
    private static readonly WebhookOptions Closed = new(false, []);

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com:8443/hooks/alerts?team=a%20b")]
    [InlineData("https://8.8.8.8/hook")]
    [InlineData("https://[2606:4700::1]/hook")]
    [InlineData("https://münchen.example/hook")]
    [InlineData("HTTPS://EXAMPLE.COM/hook")]
    public void A_public_https_url_has_no_problem(string url) => Assert.Null(WebhookUrl.Problem(url, Closed));

    [Theory]
    [InlineData("", "full address")]
    [InlineData("example.com/hook", "full address")]
    [InlineData("/hook", "full address")]
    [InlineData("https://", "full address")]
    [InlineData(" https://example.com", "full address")]
    [InlineData("https://example.com/a b", "full address")]
    [InlineData("https://example.com/\r\nx: y", "full address")]
    [InlineData("ftp://example.com", "https://")]
    [InlineData("file:///etc/passwd", "full address")]
    [InlineData("javascript:alert(1)", "full address")]
    [InlineData("http://example.com/hook", "https://")]
    [InlineData("http://127.0.0.1/hook", "https://")]
    [InlineData("https://user:password@example.com/hook", "user name")]
    [InlineData("https://user@example.com/hook", "user name")]
    [InlineData("https://example.com/hook#part", "fragment")]
    [InlineData("https://example.com:0/hook", "port")]
    [InlineData("https://168.63.129.16/hook", "private")]
    [InlineData("https://[::ffff:168.63.129.16]/hook", "private")]
    [InlineData("https://[64:ff9b::a83f:8110]/hook", "private")]
    [InlineData("https://localhost/hook", "private")]
    [InlineData("https://LOCALHOST./hook", "private")]
    [InlineData("https://a.localhost/hook", "private")]
    [InlineData("https://127.0.0.1/hook", "private")]
    [InlineData("https://127.0.0.1./hook", "private")]
    [InlineData("https://2130706433/hook", "private")] // 127.0.0.1 in one number
    [InlineData("https://0x7f000001/hook", "private")]
    [InlineData("https://0177.0.0.1/hook", "private")]
    [InlineData("https://127.1/hook", "private")]
    [InlineData("https://0/hook", "private")]
    [InlineData("https://10.0.0.1/hook", "private")]
    [InlineData("https://169.254.169.254/latest/meta-data", "private")]
    [InlineData("https://[::1]/hook", "private")]
    [InlineData("https://[::ffff:10.0.0.1]/hook", "private")]
    [InlineData("https://[64:ff9b::a00:1]/hook", "private")]
    [InlineData("https://[fd00::1]/hook", "private")]
    public void Everything_else_is_refused_in_a_sentence_that_says_why(string url, string why) =>
        Assert.Contains(why, WebhookUrl.Problem(url, Closed), StringComparison.Ordinal);

    [Theory]
    [InlineData("example.com/hook")]
    [InlineData("ftp://example.com")]
    public void An_incomplete_url_is_answered_with_an_example(string url) => Assert.Equal(
        "Enter the full address, such as https://example.com/alerts.", WebhookUrl.Problem(url, Closed));

    [Theory]
    [InlineData(2048, null)]
    [InlineData(2049, "The URL is longer than 2,048 characters; write a shorter one.")]
    public void A_url_has_at_most_2048_characters(int length, string? problem) =>
        Assert.Equal(problem, WebhookUrl.Problem("https://example.com/".PadRight(length, 'a'), Closed));

    [Theory]
    [InlineData("http://localhost:5000/hook", true)]
    [InlineData("http://127.0.0.1:5000/hook", true)]
    [InlineData("http://[::1]:5000/hook", true)]
    [InlineData("https://localhost/hook", true)]
    [InlineData("http://localhost./hook", true)]
    [InlineData("http://a.b.localhost:5000/hook", true)]
    [InlineData("http://A.LOCALHOST./hook", true)]
    [InlineData("http://localhost.example.com/hook", false)]
    [InlineData("http://notlocalhost/hook", false)]
    [InlineData("http://127.0.0.1:0/hook", false)]
    [InlineData("https://example.com/hook", true)]
    [InlineData("http://example.com/hook", false)]
    [InlineData("http://8.8.8.8/hook", false)]
    [InlineData("http://10.0.0.1/hook", false)]
    [InlineData("https://10.0.0.1/hook", false)]
    public void With_loopback_allowed_plain_http_goes_there_and_nowhere_else(string url, bool allowed) =>
        Assert.Equal(allowed, WebhookUrl.Problem(url, new WebhookOptions(true, [])) is null);

    [Fact]
    public void A_literal_address_in_an_operators_network_is_allowed_over_https()
    {
        var options = new WebhookOptions(false, [IPNetwork.Parse("10.0.0.0/8")]);
        Assert.Null(WebhookUrl.Problem("https://10.0.0.1/hook", options));
        Assert.NotNull(WebhookUrl.Problem("http://10.0.0.1/hook", options));
    }
}
