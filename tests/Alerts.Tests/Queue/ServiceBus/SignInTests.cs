using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Alerts.Queue;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.Support.ServiceBus;
using Azure.Core;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Tests how the service and the broker authenticate each other. Tokens are sent only over TLS.</summary>
public sealed class SignInTests : IDisposable
{
    private readonly X509Certificate2 _certificate = Certificate();
    private readonly FakeServiceBus _bus;

    public SignInTests() => _bus = FakeServiceBus.Start(["email"], certificate: _certificate);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The library takes the port of a connection string for the emulator's only.</summary>
    private Uri Endpoint => new($"sb://127.0.0.1:{_bus.Port}");

    public void Dispose()
    {
        _bus.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task No_key_is_given_to_a_server_whose_certificate_nobody_vouches_for()
    {
        await using var ends = new QueueEnds(
            QueueEnds.Options(("ServiceBus:ConnectionString", _bus.ConnectionString)), "email",
            new Identity(_bus, TimeSpan.FromHours(1)), client => client.CustomEndpointAddress = Endpoint);

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() =>
            ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_bus.Claims.Put);
        Assert.Empty(_bus.Transfers);
    }

    [Fact]
    public async Task A_managed_identity_puts_a_token_for_each_queue_it_uses()
    {
        var identity = new Identity(_bus, TimeSpan.FromHours(1));
        await using var ends = Ends(identity);
        ends.Receive();

        await ends.SendAsync(QueueEnds.Message("al_a.1"));
        await Eventually.BecomesTrueAsync("it has arrived", () => Task.FromResult(ends.Arrived.Count == 1), Cancel);

        Assert.All(_bus.Claims.Put, put => Assert.Matches("^jwt .*/email/?$", put));
        Assert.Equal("https://servicebus.azure.net/.default", Assert.Single(identity.Scopes.Distinct()));
    }

    [Fact]
    public async Task An_identity_without_rights_is_told_which_roles_it_lacks()
    {
        await using var ends = Ends(new Identity(_bus, TimeSpan.FromHours(1), isKnown: false));

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() =>
            ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.Contains("Azure Service Bus Data Sender", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", failure.ToString(), StringComparison.Ordinal);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private QueueEnds Ends(TokenCredential identity) =>
        new(
            new ServiceBusOptions("127.0.0.1", ConnectionString: null),
            "email",
            identity,
            client =>
            {
                client.CustomEndpointAddress = Endpoint;
                client.CertificateValidationCallback = (_, certificate, _, _) =>
                    certificate?.Equals(_certificate) == true;
            });

    /// <summary>An identity service that issues a new token per request; the broker knows the tokens or not.</summary>
    private sealed class Identity(FakeServiceBus bus, TimeSpan lifetime, bool isKnown = true) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            var token = $"token-{Guid.NewGuid():N}";
            if (isKnown)
            {
                bus.Claims.KnownTokens[token] = true;
            }

            return new AccessToken(token, TimeProvider.System.GetUtcNow() + lifetime);
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext,
            CancellationToken cancellationToken) => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
