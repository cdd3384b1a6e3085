using Alerts.Senders.Webhook;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests which responses to a verification are consent; {0} is replaced by the challenge.</summary>
public class ConsentTests
{
    private const string Challenge = "q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A";

    [Theory]
    [InlineData("{0}")]
    [InlineData("  {0}\r\n")]
    [InlineData("\uFEFF{0}")]
    [InlineData("\"{0}\"")]
    [InlineData(" \"{0}\"\n")]
    [InlineData("""{"challenge":"{0}"}""")]
    [InlineData("""{ "ok": true, "challenge": "{0}", "id": 7 }""")]
    [InlineData("""{"challenge":"{0}","Type":"x","payload":{"type":"webhook.verification"}}""")]
    public void The_challenge_alone_or_as_a_member_is_consent(string body) => Assert.True(IsGiven(body));

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("c")]
    [InlineData("{0} {0}")]
    [InlineData("challenge={0}")]
    [InlineData("<p>{0}</p>")]
    [InlineData("'{0}'")]
    [InlineData("\"{0}")]
    [InlineData("[\"{0}\"]")]
    [InlineData("""{"type":"webhook.verification","timestamp":"2025-11-09T14:00:00Z","data":{"challenge":"{0}"}}""")]
    [InlineData("""{"challenge":"{0}","type":"webhook.verification"}""")]
    [InlineData("""{"challenge":"{0}","data":{"challenge":"{0}"}}""")]
    [InlineData("""{"challenge":"{0}","data":null}""")]
    [InlineData("""{"data":{"challenge":"{0}"}}""")]
    [InlineData("""{"json":{"challenge":"{0}"},"body":"{0}"}""")]
    [InlineData("""{"Challenge":"{0}"}""")]
    [InlineData("""{"challenge":["{0}"]}""")]
    [InlineData("""{"challenge":"{0}"}{"more":1}""")]
    [InlineData("""{"challenge":"{0}","challenge":"{0}"}""")]
    [InlineData("""{"challenge":"other"}""")]
    [InlineData("""{"challenge":"\uD800"}""")]
    [InlineData("{")]
    public void Everything_else_is_not(string body) => Assert.False(IsGiven(body));

    private static bool IsGiven(string body) =>
        Consent.IsGiven(body.Replace("{0}", Challenge, StringComparison.Ordinal), Challenge);
}
