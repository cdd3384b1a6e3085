using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Alerts.Ledger;
using Alerts.Senders.Webhook;
using Microsoft.Extensions.Time.Testing;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests which hosts are connected to. A rejected certificate proves that a connection was made.</summary>
public class AddressCheckTests
{
    private const string Private = "the address of this host is private: only public addresses are called";
    private const string Connected = "no secure connection could be made: check the certificate and the TLS version";

    private static readonly WebhookOptions Closed = new(false, []);
    private static readonly WebhookOptions LoopbackAsNetwork = new(false, [IPNetwork.Parse("127.0.0.0/8")]);

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("8.8.8.8 10.0.0.1")] // one private address is enough
    [InlineData("::ffff:169.254.169.254")]
    public async Task A_name_with_a_private_address_is_not_connected_to(string addresses) =>
        Assert.Equal(
            new TryAgain(null, Private),
            await SendAsync(Closed, "https://endpoint.example/hook", Names(addresses))
        );

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost.")]
    [InlineData("a.localhost")]
    [InlineData("a.b.LOCALHOST.")]
    public async Task A_localhost_name_is_loopback_without_a_look_up(string host)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var result = await SendAsync(Loopback, $"http://{host}:{receiver.Address.Port}/hook", (_, _) =>
            throw new InvalidOperationException("not to be resolved"));
        Assert.IsType<Delivered>(result);
    }

    [Theory]
    [InlineData("http://endpoint.example/hook")]
    [InlineData("https://10.0.0.1/hook")]
    [InlineData("https://127.0.0.1/hook")]
    public async Task A_url_that_could_no_longer_be_subscribed_is_not_called_either(string url)
    {
        var result = await SendAsync(Closed, url, (_, _) => throw new InvalidOperationException("not to be resolved"));
        Assert.Null(Assert.IsType<TryAgain>(result).Status);
        Assert.DoesNotContain("10.0.0.1", result.Response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_changes_its_address_after_the_check_gains_nothing()
    {
        using var certificate = SelfSigned();
        await using var receiver = await WebhookReceiver.StartAsync(certificate);
        var answers = new Queue<string>(["127.0.0.1", "10.0.0.1"]);
        using var channel = Channel(LoopbackAsNetwork, (_, _) => Task.FromResult(Parse(answers.Dequeue())));
        var message = Reminder($"https://endpoint.example:{receiver.Address.Port}/hook");

        Assert.Equal(
            new TryAgain(null, Connected),
            await channel.SendAsync(message, TestContext.Current.CancellationToken)); // resolved once and connected
        Assert.Equal(
            new TryAgain(null, Private),
            await channel.SendAsync(message, TestContext.Current.CancellationToken)); // resolved and checked again
        Assert.Empty(answers);
    }

    [Fact]
    public async Task An_address_that_is_not_reachable_is_followed_by_the_next()
    {
        using var certificate = SelfSigned();
        await using var receiver = await WebhookReceiver.StartAsync(certificate);
        // The receiver is bound to 127.0.0.1 only, so nothing listens on the port at 127.0.0.2.
        var result = await SendAsync(LoopbackAsNetwork, $"https://endpoint.example:{receiver.Address.Port}/hook",
            Names("127.0.0.2 127.0.0.1"));
        Assert.Equal(new TryAgain(null, Connected), result);
    }

    [Fact]
    public async Task A_name_that_is_not_found_is_a_failed_attempt_in_a_sentence() =>
        Assert.Equal(
            new TryAgain(null, "the host name was not found"),
            await SendAsync(Closed, "https://endpoint.example/hook", Names("")));

    private static async Task<SendResult> SendAsync(WebhookOptions options, string url, ResolveHost resolve)
    {
        using var channel = Channel(options, resolve);
        return await channel.SendAsync(Reminder(url), TestContext.Current.CancellationToken);
    }

    private static WebhookChannel Channel(WebhookOptions options, ResolveHost resolve) =>
        new(options, ServiceUrl, ServiceTokens, new FakeTimeProvider(), resolve);

    private static ResolveHost Names(string addresses) => (_, _) => Task.FromResult(Parse(addresses));

    private static IPAddress[] Parse(string addresses) =>
        [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=endpoint.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
