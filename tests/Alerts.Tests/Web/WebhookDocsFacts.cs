using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Tests.Senders.Webhook;

namespace Alerts.Tests.Web;

/// <summary>The examples in <c>docs/webhooks.md</c> are what the service takes and sends.</summary>
public sealed class WebhookDocsFacts
{
    private static readonly List<JsonNode> Examples =
    [
        .. Regex.Matches(
                File.ReadAllText(RepositoryRoot.At("docs/webhooks.md")), "```json\n(.*?)```", RegexOptions.Singleline)
            .Select(block => JsonNode.Parse(block.Groups[1].Value)!), // each example is an object
    ];

    [Fact]
    public async Task The_request_subscribes()
    {
        await using var service = await TestService.StartAsync();
        var request = Examples.Single(one => one["channel"] is not null);
        Assert.Equal(201, (await service.PostAsync("/api/subscriptions", request.ToJsonString())).Status);
    }

    [Fact]
    public void A_reminder_and_a_move_are_written_as_they_are_sent()
    {
        AssertSent("deadline.reminder", WebhookMessages.Reminder());
        AssertSent(
            "deadline.rescheduled", WebhookMessages.Correction(AlertKind.Rescheduled, WebhookMessages.MovedTruce));
    }

    private static void AssertSent(string type, OutboundAlert alert)
    {
        var example = Examples.Single(one => (string?)one["type"] == type);
        var sent = alert with
        {
            Id = (string)example["data"]!["alertKey"]!, // alerts have these members
            Subscription = alert.Subscription with { Id = (string)example["data"]!["subscriptionId"]! },
        };
        var body = new WebhookBody(WebhookMessages.ServiceUrl, WebhookMessages.ServiceTokens).Write(sent);
        Assert.Equal(JsonNode.Parse(body)!.ToJsonString(), example.ToJsonString());
    }
}
