using System.Net.Mime;
using System.Text.Json;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using CloudNative.CloudEvents.SystemTextJson;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests <c>format: "cloudevents"</c> with the SDK of the CloudEvents project, on a real endpoint.</summary>
public sealed class CloudEventsTests : IDisposable
{
    private readonly WebhookChannel _channel = new(
        Loopback, ServiceUrl, WebhookMessages.ServiceTokens, TimeProvider.System);

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(AlertKind.Reminder, "deadline.reminder", "2025-11-09T14:00:00Z")]
    [InlineData(AlertKind.Rescheduled, "deadline.rescheduled", "2025-11-09T14:00:00Z")]
    internal async Task An_alert_is_a_structured_event_with_the_data_and_the_signature_of_the_standard_format(
        AlertKind kind, string type, string time)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var alert = (kind == AlertKind.Reminder ? Reminder() : Correction(kind, MovedTruce)) with
        {
            Subscription = Endpoint(receiver),
        };

        Assert.IsType<Delivered>(await _channel.SendAsync(alert, TestContext.Current.CancellationToken));
        var received = await receiver.NextAsync();
        var read = new JsonEventFormatter().DecodeStructuredModeMessage(
            received.Body, new ContentType(received.Headers["content-type"]), null);

        Assert.Equal("application/cloudevents+json", received.Headers["content-type"]);
        Assert.Equal(
            (alert.Id, "https://alerts.example.com", type, Truce.Id),
            (read.Id, read.Source?.OriginalString, read.Type, read.Subject));
        Assert.Equal(time, TimeText.Write(Instant.FromDateTimeOffset(read.Time ?? default)));
        Assert.Equal("application/json", read.DataContentType);
        Assert.Equal("alerts.example.com", received.Headers["WebHook-Request-Origin"]);
        Assert.Equal(
            StandardWebhooks.Sign(
                [NewSecret],
                alert.Id,
                long.Parse(received.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture),
                received.Body),
            received.Headers["webhook-signature"]);
        var standard = new WebhookBody(ServiceUrl, WebhookMessages.ServiceTokens).Write(
            alert with { Subscription = Subscription("https://example.com/hook") }
        );
        using var expected = JsonDocument.Parse(standard);
        Assert.Equal(
            expected.RootElement.GetProperty("data").GetRawText(), Assert.IsType<JsonElement>(read.Data).GetRawText());
    }

    [Fact]
    public async Task A_test_is_an_event_about_no_date()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await _channel.SendAsync(
            Service(ServiceMessage.Test) with { Subscription = Endpoint(receiver) },
            TestContext.Current.CancellationToken);
        var received = await receiver.NextAsync();
        var read = new JsonEventFormatter().DecodeStructuredModeMessage(
            received.Body, new ContentType(received.Headers["content-type"]), null);

        Assert.Equal(("POST", "msg_abc", "webhook.test", null), (received.Method, read.Id, read.Type, read.Subject));
    }

    // status, allowed: the value of WebHook-Allowed-Origin, agrees: whether the endpoint has consented.
    [Theory]
    [InlineData(200, "alerts.example.com", true)]
    [InlineData(204, "*", true)]
    [InlineData(200, "Alerts.Example.com", true)]
    [InlineData(200, null, false)]
    [InlineData(200, "other.example.com", false)]
    [InlineData(200, "alerts.example.com.evil.example", false)]
    [InlineData(302, "*", false)]
    [InlineData(405, null, false)]
    public async Task An_endpoint_agrees_by_allowing_the_origin_that_asks(int status, string? allowed, bool agrees)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(
            status, "", allowed is null ? [] : [("WebHook-Allowed-Origin", allowed), ("WebHook-Allowed-Rate", "*")]);

        var result = await _channel.SendAsync(
            Service(ServiceMessage.Verification) with { Subscription = Endpoint(receiver) },
            TestContext.Current.CancellationToken);
        var asked = await receiver.NextAsync();

        Assert.Equal((agrees, status), (result is Delivered, result.Status));
        Assert.Equal(
            ("OPTIONS", "/hook?a=1", "alerts.example.com"),
            (asked.Method, asked.Path, asked.Headers["WebHook-Request-Origin"]));
        Assert.Empty(asked.Body);
        Assert.DoesNotContain("webhook-signature", asked.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_private_address_is_not_even_asked()
    {
        var subscription = Subscription("https://10.0.0.1/hook") with { Format = WebhookFormat.CloudEvents };
        var result = await _channel.SendAsync(
            Service(ServiceMessage.Verification) with { Subscription = subscription },
            TestContext.Current.CancellationToken);
        Assert.Contains("private", Assert.IsType<TryAgain>(result).Response, StringComparison.Ordinal);
    }

    private static Subscription Endpoint(WebhookReceiver receiver) =>
        Subscription($"{receiver.Address}hook?a=1") with { Format = WebhookFormat.CloudEvents };
}
