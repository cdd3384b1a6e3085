using System.Text;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests secrets and signatures.</summary>
public class SigningTests
{
    // The test vector of the specification's reference libraries.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly Instant Rotated = Instant.FromUtc(2025, 11, 1, 0, 0);

    [Fact]
    public void The_reference_vector_gets_the_reference_signature() => Assert.Equal(Signature, Sign(Secret));

    [Fact]
    public void Several_secrets_give_several_signatures_newest_first()
    {
        var signatures = Sign(WebhookMessages.NewSecret, Secret).Split(' ');
        Assert.Equal([Sign(WebhookMessages.NewSecret), Signature], signatures);
    }

    [Fact]
    public void A_new_secret_holds_32_bytes_and_no_two_are_alike()
    {
        var secret = WebhookSecrets.Make();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.NotEqual(secret, WebhookSecrets.Make());
    }

    [Theory]
    [InlineData(0, "new old")] // just rotated
    [InlineData(86_399, "new old")]
    [InlineData(86_400, "new")] // 24 h later
    public void A_replaced_secret_signs_for_24_hours_after_the_newer_ones(int secondsSince, string signing)
    {
        WebhookSecret[] secrets =
        [new("new", null), new("old", Rotated), new("older", Rotated - Duration.FromHours(25))];
        Assert.Equal(signing.Split(' '), WebhookSecrets.Signing(secrets, Rotated + Duration.FromSeconds(secondsSince)));
    }

    private static string Sign(params string[] secrets) =>
        StandardWebhooks.Sign(
            secrets,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            Encoding.UTF8.GetBytes("""{"test": 2432232314}""")
        );
}
