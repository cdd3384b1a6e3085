using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Alerts.Ledger;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests what follows from SendGrid's answer, or from none.</summary>
public sealed class SendGridAnswerTests : SendGridTest
{
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
        Server.Instead = async context =>
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
    public async Task After_a_time_out_nobody_knows_whether_it_went()
    {
        using var impatient = Channel(Server.Host, TimeSpan.FromMilliseconds(200));
        Server.Instead = async context =>
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
        Server.Instead = context =>
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
        Server.Instead = async context =>
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

    private void Answer(int status, string message, params (string Name, string Value)[] headers) =>
        Server.Instead = async context =>
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            await FakeSendGrid.RefuseAsync(context, status, message, null);
            return true;
        };
}
