using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.Support;
using Alerts.Tests.Support.ServiceBus;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>How the service shows the broker who it is, and the broker itself.</summary>
public sealed class SignInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_key_is_refused_at_once_and_never_repeated()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(bus.ConnectionString.Replace(FakeServiceBus.Key, "wrong-key-0815", StringComparison.Ordinal), "email");

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() => ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.DoesNotContain("wrong-key", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(bus.Transfers);
    }

    [Fact]
    public async Task No_key_is_given_to_a_server_whose_certificate_nobody_vouches_for()
    {
        using var certificate = Certificate();
        using var bus = FakeServiceBus.Start(["email"], certificate: certificate);
        await using var ends = new QueueEnds(bus.ConnectionString, "email");

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() => ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.IsType<System.Security.Authentication.AuthenticationException>(failure.InnerException);
        Assert.Empty(bus.Transfers);
    }

    [Fact]
    public async Task A_managed_identity_puts_a_token_for_each_queue_it_uses()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        var identity = new Identity(bus, TimeProvider.System, TimeSpan.FromHours(1));
        await using var ends = new QueueEnds(Options(bus), "email", identity);
        ends.Receive();

        await ends.SendAsync(QueueEnds.Message("al_a.1"));
        await Eventually.BecomesTrueAsync("it has arrived", () => Task.FromResult(ends.Arrived.Count == 1), Cancel);

        Assert.Equal(["jwt amqp://127.0.0.1/email"], bus.Claims.Put);
        Assert.Equal("https://servicebus.azure.net//.default", Assert.Single(identity.Scopes.Distinct()));
    }

    [Fact]
    public async Task Its_token_is_renewed_before_it_expires_and_the_connection_stays()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero));
        using var bus = FakeServiceBus.Start(["email"], time: time);
        var identity = new Identity(bus, time, TimeSpan.FromHours(1));
        var watched = new WatchedTime(time);
        await using var ends = new QueueEnds(Options(bus), "email", identity, watched);
        await ends.SendAsync(QueueEnds.Message("before.1"));

        for (var hour = 1; hour <= 5; hour++)
        {
            var waits = hour;
            await Eventually.BecomesTrueAsync("the next token is waited for", () => Task.FromResult(watched.Waits == waits), Cancel);
            time.Advance(TimeSpan.FromMinutes(56));
            var puts = hour + 1;
            await Eventually.BecomesTrueAsync("a new token is put", () => Task.FromResult(bus.Claims.Put.Count == puts), Cancel);
            await Eventually.BecomesTrueAsync("the broker has it", () => Task.FromResult(bus.Claims.Taken == puts), Cancel);
        }

        await ends.SendAsync(QueueEnds.Message("after.1"));
        Assert.Equal(1, bus.Connections);
        Assert.Equal(["before.1", "after.1"], bus["email"].Ids);
    }

    [Fact]
    public async Task An_identity_without_rights_is_told_so()
    {
        using var bus = FakeServiceBus.Start(["email"]);
        await using var ends = new QueueEnds(Options(bus), "email", new Identity(bus, TimeProvider.System, TimeSpan.FromHours(1), isKnown: false));

        var failure = await Assert.ThrowsAsync<QueueUnreachableException>(() => ends.SendAsync(QueueEnds.Message("al_a.1")));

        Assert.DoesNotContain("token-", failure.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The stand-in speaks plain AMQP here: the identity's own way in differs only in TLS.</summary>
    private static ServiceBusOptions Options(FakeServiceBus bus) => new("127.0.0.1", bus.Port, IsEmulator: true, Key: null);

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    /// <summary>An identity service: a new token for each question, which the broker knows or not.</summary>
    private sealed class Identity(FakeServiceBus bus, TimeProvider time, TimeSpan lifetime, bool isKnown = true) : TokenCredential
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

            return new AccessToken(token, time.GetUtcNow() + lifetime);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
