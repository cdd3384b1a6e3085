using System.Net;
using Alerts.Tests.Senders.Email;

namespace Alerts.Tests.EndToEnd;

/// <summary>How an operator sees that the email settings are wrong.</summary>
public sealed class Email_that_cannot_be_sent_is_seen
{
    [Fact]
    public async Task A_mail_server_that_is_down_shows_everywhere_until_it_is_back()
    {
        var port = FreePort.Next();
        await using var service = await WholeService.StartAsync(
            Instant.FromUtc(2025, 11, 1, 0, 0), Cancel,
            ("Alerts:Email:Provider", "Smtp"), ("Alerts:Email:From", "alerts@example.com"),
            ("Alerts:Email:Smtp:Host", "127.0.0.1"), ("Alerts:Email:Smtp:Port", $"{port}"),
            ("Alerts:Email:Smtp:Security", "None"));
        Assert.Equal(200, (await GetAsync(service, "/readyz")).Status);

        using var subscribed = await service.Http.PostAsync("/api/subscriptions", new StringContent(
            """{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Cancel);
        Assert.Equal(HttpStatusCode.Accepted, subscribed.StatusCode);
        await Eventually.BecomesTrueAsync(
            "it is not ready", async () => (await GetAsync(service, "/readyz")).Status == 503, Cancel);

        var ready = (await GetAsync(service, "/readyz")).Text;
        Assert.Contains("email cannot send", ready, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", ready, StringComparison.OrdinalIgnoreCase); // only operators see the cause
        var failure = Assert.Single(service.Get<ServiceHealth>().Failures);
        Assert.Equal((PartKind.Channel, "email", service.Now), (failure.Kind, failure.Part, failure.Since));
        Assert.Contains("refused", failure.Cause, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("reader@", failure.Cause, StringComparison.Ordinal);
        Assert.Contains(
            """
            "failures":[{"part":"email","kind":"channel","since":"2025-11-01T00:00:00Z","cause":
            """,
            (await GetAsync(service, "/api/stats")).Text, StringComparison.Ordinal);
        using var browser = new HttpClient(
            new HttpClientHandler { CookieContainer = new CookieContainer() })
        { BaseAddress = service.Url };
        using var signedIn = await browser.PostAsync(
            "/admin/sign-in", new FormUrlEncodedContent([new("key", WholeService.AdminKey)]), Cancel);
        var page = await signedIn.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains("Email cannot send", page, StringComparison.Ordinal);

        await using var server = new ScriptedSmtpServer(port);
        service.JumpTo(service.Now + Duration.FromMinutes(1));
        await Eventually.BecomesTrueAsync(
            "it is ready", async () => (await GetAsync(service, "/readyz")).Status == 200, Cancel);
        Assert.Contains("\"failures\":[]", (await GetAsync(service, "/api/stats")).Text, StringComparison.Ordinal);
    }

    // The next attempt may be hours away.
    [Fact]
    public async Task A_mail_server_that_is_back_is_noticed_before_the_next_attempt()
    {
        var port = FreePort.Next();
        await using var service = await WholeService.StartAsync(
            Instant.FromUtc(2025, 11, 1, 0, 0), Cancel,
            ("Alerts:Email:Provider", "Smtp"), ("Alerts:Email:From", "alerts@example.com"),
            ("Alerts:Email:Smtp:Host", "127.0.0.1"), ("Alerts:Email:Smtp:Port", $"{port}"),
            ("Alerts:Email:Smtp:Security", "None"));
        using var subscribed = await service.Http.PostAsync("/api/subscriptions", new StringContent(
            """{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Cancel);
        await Eventually.BecomesTrueAsync(
            "it is not ready", async () => (await GetAsync(service, "/readyz")).Status == 503, Cancel);

        await using var server = new ScriptedSmtpServer(port);
        await Eventually.BecomesTrueAsync(
            "it is ready", async () => (await GetAsync(service, "/readyz")).Status == 200, Cancel);

        Assert.Empty(service.Get<ServiceHealth>().Failures);
        Assert.DoesNotContain(server.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_mail_prints_what_the_server_answers()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MailServer.StartAsync(Cancel);
        var settings = new Dictionary<string, string>
        {
            ["Alerts__Email__Provider"] = "Smtp",
            ["Alerts__Email__From"] = "alerts@example.com",
            ["Alerts__Email__Smtp__Host"] = "127.0.0.1",
            ["Alerts__Email__Smtp__Port"] = $"{server.SmtpPort}",
            ["Alerts__Email__Smtp__Security"] = "None",
        };

        var sent = await AlertsCommand.RunAsync(
            ["mail", "test", "operator@example.com", "--data", folder.At("data")], Cancel, settings);

        Assert.Equal(0, sent.ExitCode);
        Assert.StartsWith("Sent: ", Assert.Single(sent.Output), StringComparison.Ordinal);
        var mail = Assert.Single(await server.WaitForMailsAsync(1, Cancel));
        Assert.Equal("Test: this service can send email", mail.Subject);
        Assert.Equal(["operator@example.com"], mail.Recipients);
        Assert.False(Directory.Exists(folder.At("data"))); // the command needs no store and creates none

        settings["Alerts__Email__Smtp__Port"] = $"{FreePort.Next()}";
        var refused = await AlertsCommand.RunAsync(
            ["mail", "test", "operator@example.com", "--data", folder.At("data")], Cancel, settings);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(
            $"Not sent: could not reach 127.0.0.1:{settings["Alerts__Email__Smtp__Port"]} (Connection refused); "
            + "check Alerts:Email:Smtp:Host and :Port",
            Assert.Single(refused.Output));

        var wrong = await AlertsCommand.RunAsync(
            ["mail", "test", "operator", "--data", folder.At("data")], Cancel, settings);
        Assert.Equal(2, wrong.ExitCode);
    }

    [Fact]
    public async Task A_test_mail_to_the_outbox_says_that_nothing_was_sent()
    {
        using var folder = new TemporaryFolder();

        var written = await AlertsCommand.RunAsync(
            ["mail", "test", "operator@example.com", "--data", folder.At("data")], Cancel);

        Assert.Equal(0, written.ExitCode);
        Assert.StartsWith(
            "Nothing was sent: Alerts:Email:Provider is Outbox. The email is in ",
            Assert.Single(written.Output),
            StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.At("data"), "*.eml", SearchOption.AllDirectories));
    }

    private static async Task<(int Status, string Text)> GetAsync(WholeService service, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", WholeService.AdminKey);
        using var answer = await service.Http.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
