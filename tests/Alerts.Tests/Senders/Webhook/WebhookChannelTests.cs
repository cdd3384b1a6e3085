using System.Text;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests deliveries to a real receiver, and the result for each response.</summary>
public sealed class WebhookChannelTests : IAsyncLifetime
{
    /// <summary>The real time, two years after the service's clock.</summary>
    private static readonly DateTimeOffset RealNow = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _realTime = new(RealNow);
    private readonly WebhookChannel _channel;
    private WebhookReceiver _receiver = null!; // set before every test

    public WebhookChannelTests() => _channel = new WebhookChannel(Loopback, ServiceUrl, ServiceTokens, _realTime);

    private string Url => new Uri(_receiver.Address, "/hook?team=a").AbsoluteUri;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_delivery_is_a_signed_post_with_the_real_time_also_on_a_simulated_clock()
    {
        _receiver.AnswerWith(200, "thanks");
        Assert.Equal(new Delivered(200, "thanks"), await SendAsync(Reminder(Url)));

        var request = Assert.Single(_receiver.Received);
        Assert.Equal(("POST", "/hook?team=a"), (request.Method, request.Path));
        Assert.Equal("al_abc", request.Headers["webhook-id"]);
        Assert.Equal("1798761600", request.Headers["webhook-timestamp"]);
        Assert.Equal(
            StandardWebhooks.Sign([NewSecret], "al_abc", 1798761600, request.Body),
            request.Headers["webhook-signature"]);
        Assert.Equal("application/json", request.Headers["content-type"]);
        Assert.Equal("identity", request.Headers["accept-encoding"]);
        Assert.Matches(@"^Alerts/\d+\.\d+\.\d+$", request.Headers["user-agent"]);
        Assert.Equal(
            Encoding.UTF8.GetString(new WebhookBody(ServiceUrl, ServiceTokens).Write(Reminder(Url))), request.Text);
        Assert.DoesNotContain("traceparent", request.Headers.Keys);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Every_2xx_is_success(int status)
    {
        _receiver.AnswerWith(status);
        Assert.Equal(new Delivered(status, ""), await SendAsync(Reminder(Url)));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Everything_else_is_a_failed_attempt_and_no_redirect_is_followed(int status)
    {
        _receiver.AnswerWith(status, "no", ("Location", "/elsewhere"));
        Assert.Equal(new TryAgain(status, "no"), await SendAsync(Reminder(Url)));
        Assert.Single(_receiver.Received);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_says_so_with_410()
    {
        _receiver.AnswerWith(410, "bye");
        Assert.Equal(new Gone(410, "bye"), await SendAsync(Reminder(Url)));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Fri, 01 Jan 2027 00:01:00 GMT", 60)] // a date is relative to real time
    public async Task A_wait_that_is_asked_for_is_passed_on(string retryAfter, int seconds)
    {
        _receiver.AnswerWith(503, "busy", ("Retry-After", retryAfter));
        Assert.Equal(new TryAgain(503, "busy", Duration.FromSeconds(seconds)), await SendAsync(Reminder(Url)));
    }

    [Fact]
    public async Task The_first_2000_characters_of_an_answer_are_kept()
    {
        _receiver.AnswerWith(500, new string('x', 1999) + "🕊🕊");
        var result = await SendAsync(Reminder(Url));
        Assert.Equal(new string('x', 1999), result.Response); // half of a surrogate pair would not be valid text
    }

    [Fact]
    public async Task An_answer_without_end_is_hung_up_on()
    {
        var hungUp = new TaskCompletionSource();
        _receiver.Answer = async (context, _) =>
        {
            context.RequestAborted.Register(hungUp.SetResult);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('y', 1024));
            }
        };
        Assert.Equal(new Delivered(200, new string('y', 2000)), await SendAsync(Reminder(Url)));
        await hungUp.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 60_000)] // a broken time-out would wait for ever
    public async Task An_endpoint_that_is_silent_for_15_seconds_of_real_time_has_failed()
    {
        _receiver.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var sending = SendAsync(Reminder(Url));
        await _receiver.NextAsync();
        _realTime.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(sending.IsCompleted);
        _realTime.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(
            new TryAgain(null, "no answer within 15 seconds"),
            await sending.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ending_the_service_ends_an_attempt_without_a_verdict()
    {
        using var end = new CancellationTokenSource();
        _receiver.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var sending = _channel.SendAsync(Reminder(Url), end.Token);
        await _receiver.NextAsync();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_connection_cut_before_the_answer_is_a_failed_attempt_in_a_sentence()
    {
        _receiver.Answer = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var result = Assert.IsType<TryAgain>(await SendAsync(Reminder(Url)));
        Assert.Null(result.Status);
        Assert.Matches("^[a-z ,]+$", result.Response);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_a_failed_attempt_that_names_no_address()
    {
        var url = Url;
        await _receiver.DisposeAsync();
        Assert.Equal(new TryAgain(null, "no connection could be made"), await SendAsync(Reminder(url)));
        _receiver = await WebhookReceiver.StartAsync();
    }

    [Fact]
    public async Task Cookies_are_not_sent_back()
    {
        _receiver.AnswerWith(200, "", ("Set-Cookie", "a=b"));
        await SendAsync(Reminder(Url));
        await SendAsync(Reminder(Url));
        Assert.DoesNotContain("Cookie", _receiver.Received[1].Headers.Keys);
    }

    [Theory]
    [InlineData(200, "{0}", true)]
    [InlineData(202, """{"challenge":"{0}"}""", true)]
    [InlineData(200, "ok", false)]
    [InlineData(500, "{0}", false)]
    public async Task An_endpoint_is_verified_by_2xx_with_consent(int status, string answer, bool verified)
    {
        var challenge = ServiceTokens.Challenge("msg_abc");
        _receiver.AnswerWith(status, answer.Replace("{0}", challenge, StringComparison.Ordinal));
        var result = await SendAsync(Service(ServiceMessage.Verification, Url));
        Assert.Equal(verified, result is Delivered);
        Assert.Equal(!verified, result is TryAgain);
        Assert.Contains(challenge, Assert.Single(_receiver.Received).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_echo_of_the_event_is_no_consent()
    {
        _receiver.Answer = (context, received) => context.Response.Body.WriteAsync(received.Body).AsTask();
        Assert.IsType<TryAgain>(await SendAsync(Service(ServiceMessage.Verification, Url)));
    }

    [Fact]
    public async Task An_answer_without_consent_is_kept_and_said_to_be_none()
    {
        _receiver.AnswerWith(200, "hello");
        var result = await SendAsync(Service(ServiceMessage.Verification, Url));
        Assert.Equal(Consent.Missing + " The answer was: hello", result.Response);
    }

    [Fact]
    public async Task The_seventh_verification_within_a_minute_waits()
    {
        _receiver.AnswerWith(200, "no");
        for (var i = 0; i < 6; i++)
        {
            Assert.IsType<TryAgain>(await SendAsync(Verification($"msg_{i}")));
        }

        Assert.Equal(Duration.FromSeconds(62), Assert.IsType<Postponed>(await SendAsync(Verification("msg_6"))).Wait);
        // Other messages are not limited.
        Assert.IsType<Delivered>(await SendAsync(Service(ServiceMessage.Test, Url) with { Id = "msg_7" }));
        _realTime.Advance(TimeSpan.FromSeconds(62));
        Assert.IsType<TryAgain>(await SendAsync(Verification("msg_6")));
        Assert.Equal(8, _receiver.Received.Count);

        SystemNotification Verification(string id) => Service(ServiceMessage.Verification, Url) with { Id = id };
    }

    [Fact]
    public async Task A_test_needs_no_challenge()
    {
        _receiver.AnswerWith(204);
        Assert.IsType<Delivered>(await SendAsync(Service(ServiceMessage.Test, Url)));
    }

    private Task<SendResult> SendAsync(OutboundMessage message) =>
        _channel.SendAsync(message, TestContext.Current.CancellationToken);
}
