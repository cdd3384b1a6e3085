using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Senders.Email;

public sealed class SendGridChannelTests : IAsyncLifetime
{
    private static readonly Instant RealNow = Instant.FromUtc(2026, 11, 24, 12, 0);

    private FakeSendGrid server = null!; // set by InitializeAsync
    private SendGridChannel channel = null!; // set by InitializeAsync

    public async ValueTask InitializeAsync()
    {
        server = await FakeSendGrid.StartAsync();
        channel = Channel(server.Host);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_readers_of_one_text_are_one_request_in_which_each_has_what_is_their_own()
    {
        var readers = Readers(1000);

        var results = await SendAsync(readers);

        Assert.All(results, result => Assert.Equal(202, Assert.IsType<Delivered>(result).Status));
        Assert.Single(server.Requests);
        Assert.Equal(readers.Select(Expected), server.Personalizations.Select(Own));
    }

    // After the tags are replaced, the reader sees exactly the mail that SMTP would deliver.
    [Fact]
    public async Task Every_reader_reads_what_a_mail_of_their_own_would_say()
    {
        OutboundAlert[] readers =
        [
            .. Readers(
                3,
                Mails.Correction(
                    Mails.Date("2026-11-10T00:01", title: "Talks =?x", revision: 2), Mails.Date(), reason: "An order")),
        ];

        await SendAsync(readers);

        var request = Assert.Single(server.Requests);
        foreach (var (reader, own) in readers.Zip(server.Personalizations))
        {
            using var alone = Mails.Composer().Compose(reader);
            Assert.Equal(alone.Subject, request.GetProperty("subject").GetString());
            Assert.Equal(alone.TextBody, Read(request, own, 0));
            Assert.Equal(alone.HtmlBody, Read(request, own, 1));
            var attached = Assert.Single(request.GetProperty("attachments").EnumerateArray());
            Assert.Equal(
                Calendar(alone), Encoding.UTF8.GetString(attached.GetProperty("content").GetBytesFromBase64()));
        }
    }

    [Fact]
    public async Task Emails_of_the_same_alerts_are_one_request_and_name_them_all()
    {
        OutboundDigest[] readers = [.. Enumerable.Range(0, 3).Select(i =>
        {
            var subscription = Mails.Subscriber(address: $"reader{i}@example.com") with { Id = $"sub_{i}" };
            return DigestMailTests.Of([.. DigestMailTests.Corrections().Alerts.Select(alert =>
                alert with { Subscription = subscription })]);
        })];

        await SendAsync(readers);

        var request = Assert.Single(server.Requests);
        foreach (var (reader, own) in readers.Zip(server.Personalizations))
        {
            using var alone = Mails.Composer().Compose(reader);
            Assert.Equal(alone.Subject, request.GetProperty("subject").GetString());
            Assert.Equal(alone.TextBody, Read(request, own, 0));
            Assert.Equal(alone.HtmlBody, Read(request, own, 1));
            var attached = Assert.Single(request.GetProperty("attachments").EnumerateArray());
            Assert.Equal(
                Calendar(alone), Encoding.UTF8.GetString(attached.GetProperty("content").GetBytesFromBase64()));
            Assert.Equal(
                string.Join(',', reader.Keys), own.GetProperty("custom_args").GetProperty("alert_keys").GetString());
            Assert.False(own.GetProperty("custom_args").TryGetProperty("alert_key", out _));
            Assert.Equal(
                $"<{reader.Id}@example.com>", own.GetProperty("headers").GetProperty("Message-ID").GetString());
            Assert.Equal(
                string.Join(", ", reader.Keys), own.GetProperty("headers").GetProperty("X-Alerts-Keys").GetString());
        }
    }

    [Fact]
    public async Task A_service_mail_goes_alone_with_its_own_link()
    {
        var message = Mails.Service(ServiceMessage.Confirmation);

        Assert.IsType<Delivered>(await channel.SendAsync(message, TestContext.Current.CancellationToken));

        var link =
            "https://alerts.example.com/confirm/" + Mails.Tokens.Make(TokenPurpose.Confirm, message.Subscription);
        Assert.Contains(
            link, Read(Assert.Single(server.Requests), server.Personalizations.Single(), 0), StringComparison.Ordinal);
        Assert.False(server.Personalizations.Single().GetProperty("headers").TryGetProperty("List-Unsubscribe", out _));
    }

    [Fact]
    public async Task Nobody_follows_the_readers_links_or_adds_an_unsubscribe_of_its_own()
    {
        await SendAsync(Readers(1));

        var tracking = Assert.Single(server.Requests).GetProperty("tracking_settings");
        Assert.All(["click_tracking", "open_tracking", "subscription_tracking"], name =>
            Assert.False(tracking.GetProperty(name).TryGetProperty("enable", out var isOn) && isOn.GetBoolean()));
    }

    [Fact]
    public async Task Too_many_requests_wait_until_the_time_SendGrid_names()
    {
        var reset = (RealNow + Duration.FromSeconds(47)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Answer(429, "too many requests", headers: ("X-RateLimit-Reset", reset));

        Assert.All(await SendAsync(Readers(2)), result =>
            Assert.Equal(Duration.FromSeconds(47), Assert.IsType<TryAgain>(result).After));
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "120", 120)]
    [InlineData(500, "120", null)]
    public async Task The_wait_that_SendGrid_asks_for_is_respected(int status, string retryAfter, int? seconds)
    {
        Answer(status, "not now", headers: ("Retry-After", retryAfter));

        var again = Assert.IsType<TryAgain>(Assert.Single(await SendAsync(Readers(1))));
        Assert.Equal(seconds is { } number ? Duration.FromSeconds(number) : null, again.After);
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(429, "soon")]
    [InlineData(429, "1")] // long past
    [InlineData(500, null)]
    [InlineData(503, "99999999999")]
    [InlineData(401, null)]
    [InlineData(403, null)]
    public async Task What_time_or_the_operator_can_mend_is_tried_again_on_schedule(int status, string? reset)
    {
        Answer(status, "not now", headers: reset is null ? [] : [("X-RateLimit-Reset", reset)]);

        var again = Assert.IsType<TryAgain>(Assert.Single(await SendAsync(Readers(1))));
        Assert.Equal((status, null), (again.Status, again.After));
        Assert.Equal(FormattableString.Invariant($"SendGrid answered {status}: not now"), again.Response);
    }

    [Fact]
    public async Task One_bad_address_is_given_up_and_the_others_go_next_time()
    {
        server.Instead = async context =>
        {
            await FakeSendGrid.RefuseAsync(
                context, 400, "reader1@example.com is not a valid address", "personalizations.1.to.0.email");
            return true;
        };

        var results = await SendAsync(Readers(3));

        Assert.Equal(
            "mailbox refused: SendGrid answered 400: (address) is not a valid address",
            Assert.IsType<GaveUp>(results[1]).Reason);
        Assert.IsType<TryAgain>(results[0]);
        Assert.IsType<TryAgain>(results[2]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    public async Task A_text_that_is_refused_is_given_up(int status)
    {
        Answer(status, "the content is wrong");

        Assert.All(await SendAsync(Readers(2)), result => Assert.IsType<GaveUp>(result));
    }

    [Fact]
    public async Task An_erased_address_does_not_spoil_the_request_for_the_others()
    {
        var readers = Readers(3);
        readers[1] = readers[1] with { Subscription = readers[1].Subscription with { Address = "" } };

        var results = await SendAsync(readers);

        Assert.Equal(
            [typeof(Delivered), typeof(GaveUp), typeof(Delivered)], results.Select(result => result.GetType()));
        Assert.Equal(2, server.Personalizations.Count());
    }

    [Fact]
    public async Task After_a_time_out_nobody_knows_whether_it_went()
    {
        using var impatient = Channel(server.Host, TimeSpan.FromMilliseconds(200));
        server.Instead = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };

        var results = await impatient.SendTogetherAsync(Readers(2), TestContext.Current.CancellationToken);

        Assert.All(results, result =>
            Assert.Equal(Duration.FromMinutes(10), Assert.IsType<InDoubt>(result).ReportWithin));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_request_leaves_the_same_doubt()
    {
        server.Instead = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };

        Assert.All(await SendAsync(Readers(2)), result => Assert.IsType<InDoubt>(result));
    }

    [Fact]
    public async Task Where_no_connection_was_made_nothing_went()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var closed = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        using var alone = Channel(closed);

        Assert.All(await alone.SendTogetherAsync(Readers(1), TestContext.Current.CancellationToken), result =>
            Assert.IsType<TryAgain>(result));
    }

    [Fact]
    public void The_key_does_not_show() =>
        Assert.DoesNotContain(
            FakeSendGrid.ApiKey, new SendGridOptions(FakeSendGrid.ApiKey, server.Host).ToString(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("half surrogate", "utf-8", "SendGrid answered 400: bad \uFFFD")]
    [InlineData("latin1", "utf-8", "SendGrid answered 400: Boîte pleine")]
    [InlineData("latin1", "no-such-charset", "SendGrid answered 400: Boîte pleine")]
    [InlineData("wrong types", "utf-8", "SendGrid answered 400: fourth")]
    [InlineData("html", "utf-8", "SendGrid answered 400")]
    public async Task A_400_is_given_up_with_what_it_says_however_it_is_written(
        string kind, string charset, string said)
    {
        var body = kind switch
        {
            "half surrogate" => await File.ReadAllBytesAsync(
                RepositoryRoot.At("tests/Alerts.Tests/Senders/Email/Cases/sendgrid-answer-400.json")),
            "latin1" => Encoding.Latin1.GetBytes("""{"errors":[{"message":"Boîte pleine"}]}"""),
            "wrong types" =>
                """
                {"errors":[7,{"message":{}},{"message":null,"field":[]},
                {"message":"fourth","field":"personalizations.99.to"}]}
                """u8.ToArray(),
            _ => "<html>no</html>"u8.ToArray(),
        };
        server.Instead = async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json; charset=" + charset;
            await context.Response.Body.WriteAsync(body);
            return true;
        };

        var result = Assert.IsType<GaveUp>(Assert.Single(await SendAsync(Readers(1))));

        Assert.Equal(said, result.Response);
        Assert.EndsWith(said, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(503, true)]
    [InlineData(429, false)]
    [InlineData(400, false)]
    public async Task A_refused_key_and_a_broken_provider_are_the_channel_s_failure(int status, bool isChannel)
    {
        Answer(status, "no");

        Assert.Equal(isChannel, Assert.Single(await SendAsync(Readers(1))).ChannelFailure is not null);
    }

    private static SendGridChannel Channel(Uri host, TimeSpan? timeOut = null) =>
        new(
            new SendGridOptions(FakeSendGrid.ApiKey, host), Mails.Composer(), Mails.Tokens,
            new FakeTimeProvider(RealNow.ToDateTimeOffset()), timeOut);

    private static List<OutboundAlert> Readers(int count, OutboundAlert? like = null) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var alert = like ?? Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z");
                    return alert with
                    {
                        Id = FormattableString.Invariant($"al_{i:D26}"),
                        Subscription = alert.Subscription with
                        {
                            Id = FormattableString.Invariant($"sub_{i}"),
                            Address = FormattableString.Invariant($"reader{i}@example.com"),
                        },
                    };
                }),
        ];

    private static string Expected(OutboundAlert reader) =>
        string.Join(
            '\n',
            reader.Subscription.Address,
            reader.Id,
            reader.Subscription.Id,
            $"<{reader.Id}@example.com>",
            "<https://alerts.example.com/unsubscribe/"
            + $"{Mails.Tokens.Make(TokenPurpose.Unsubscribe, reader.Subscription)}>",
            "List-Unsubscribe=One-Click",
            "Alerts <alerts.alerts.example.com>");

    private static string Own(JsonElement personalization)
    {
        string? Of(string member, string name) => personalization.GetProperty(member).GetProperty(name).GetString();
        return string.Join(
            '\n', personalization.GetProperty("to").EnumerateArray().Single().GetProperty("email").GetString(),
            Of("custom_args", "alert_key"), Of("custom_args", "subscription_id"), Of("headers", "Message-ID"),
            Of("headers", "List-Unsubscribe"), Of("headers", "List-Unsubscribe-Post"), Of("headers", "List-Id"));
    }

    /// <summary>Returns a part of the body as SendGrid renders it for one reader.</summary>
    private static string Read(JsonElement request, JsonElement personalization, int part) =>
        personalization.GetProperty("substitutions").EnumerateObject().Aggregate(
            request.GetProperty("content")[part].GetProperty("value").GetString()!,
            (text, tag) => text.Replace(tag.Name, tag.Value.GetString(), StringComparison.Ordinal));

    private static string Calendar(MimeKit.MimeMessage mail)
    {
        using var bytes = new MemoryStream();
        Assert.IsType<MimeKit.TextPart>(Assert.Single(mail.Attachments)).Content?.DecodeTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private void Answer(int status, string message, params (string Name, string Value)[] headers) =>
        server.Instead = async context =>
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            await FakeSendGrid.RefuseAsync(context, status, message, null);
            return true;
        };

    private Task<IReadOnlyList<SendResult>> SendAsync(IReadOnlyList<OutboundMessage> messages) =>
        channel.SendTogetherAsync(messages, TestContext.Current.CancellationToken);
}
