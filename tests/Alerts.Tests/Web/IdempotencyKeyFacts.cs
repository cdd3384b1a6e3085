using Alerts.Stores.Sqlite;

namespace Alerts.Tests.Web;

/// <summary>What an <c>Idempotency-Key</c> and the key of a form stand for.</summary>
public sealed class IdempotencyKeyFacts
{
    private const string Hook =
        """{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":["P1D"],"timeZone":"UTC"}""";
    private const string Mail =
        """{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}""";

    [Fact]
    public async Task Who_lost_the_answer_asks_again_with_the_same_key_and_gets_it_whatever_has_happened_since()
    {
        await using var service = await TestService.StartAsync();
        var first = await AskAsync(service, Hook, "key-1-of-16-or-more");
        await service.Settle("webhook", new Alerts.Ledger.Delivered(200, "challenge"));
        var (id, token) = (first.Json.GetProperty("id").GetString(), first.Json.GetProperty("manageToken").GetString());
        await service.SendAsync(HttpMethod.Patch, $"/api/subscriptions/{id}", """{"leads":["P2D"]}""", token);
        await service.PostAsync($"/api/subscriptions/{id}/rotate-secret", bearer: token);
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(24));
        var again = await AskAsync(service, Hook, "key-1-of-16-or-more");

        Assert.Equal(
            (201, first.Text, first.Headers["Location"]), (again.Status, again.Text, again.Headers["Location"]));
        Assert.Equal(1, service.Get<Database>().Read(session => session.Number("SELECT count(*) FROM subscriptions")));
        Assert.Equal(
            """["P2D"]""",
            (await service.GetAsync($"/api/subscriptions/{id}", token)).Json.GetProperty("leads").GetRawText());
    }

    [Fact]
    public async Task The_same_key_at_once_makes_one_subscription()
    {
        await using var service = await TestService.StartAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => AskAsync(service, Hook, "key-1-of-16-or-more")));
        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.Equal(1, service.Get<Database>().Read(session => session.Number("SELECT count(*) FROM subscriptions")));
    }

    [Fact]
    public async Task A_mail_is_not_sent_again_for_the_same_key()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal("""{"status":"pending"}""", (await AskAsync(service, Mail, "key-1-of-16-or-more")).Text);
        Assert.Equal("""{"status":"pending"}""", (await AskAsync(service, Mail, "key-1-of-16-or-more")).Text);
        Assert.Single(await service.Settle("email", new Alerts.Ledger.Delivered(250, "ok")));
    }

    [Theory]
    [InlineData(Hook)]
    [InlineData(Mail)]
    public async Task A_key_stands_for_one_request_only(string body)
    {
        await using var service = await TestService.StartAsync();
        var first = await AskAsync(service, body, "key-1-of-16-or-more");
        Assert.Empty((await AskAsync(service, body.Replace("P1D", "P2D", StringComparison.Ordinal),
            "key-1-of-16-or-more")).Pointers(409));
        Assert.Empty((await AskAsync(service, body == Hook ? Mail : Hook, "key-1-of-16-or-more")).Pointers(409));

        var another = await AskAsync(service, body.Replace("P1D", "P2D", StringComparison.Ordinal),
            "key-2-of-16-or-more");
        Assert.Equal(first.Status, another.Status);
        Assert.Equal(2, service.Get<Database>().Read(session => session.Number("SELECT count(*) FROM subscriptions")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words in one key")]
    [InlineData("fifteen-letters")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal([""], (await AskAsync(service, Hook, key)).Pointers(400));
        Assert.Equal([""], (await AskAsync(service, Hook, new string('k', 256))).Pointers(400));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(255)]
    public async Task A_key_has_16_to_255_characters(int length)
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(201, (await AskAsync(service, Hook, new string('k', length))).Status);
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours_and_gives_another_secret()
    {
        await using var service = await TestService.StartAsync();
        var first = await AskAsync(service, Hook, "key-1-of-16-or-more");
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(24) + NodaTime.Duration.FromSeconds(1));
        var other = await AskAsync(service, Hook.Replace("P1D", "P2D", StringComparison.Ordinal),
            "key-1-of-16-or-more");

        Assert.Equal((201, 201), (first.Status, other.Status));
        Assert.NotEqual(first.Json.GetProperty("id").GetString(), other.Json.GetProperty("id").GetString());
        Assert.NotEqual(first.Json.GetProperty("secret").GetString(), other.Json.GetProperty("secret").GetString());
    }

    [Fact]
    public async Task A_stranger_who_guesses_key_and_body_gets_no_secret()
    {
        await using var service = await TestService.StartAsync();
        var owner = await AskAsync(service, Hook, "0000000000000000", "203.0.113.7");
        Assert.Empty((await AskAsync(service, Hook, "0000000000000000", "203.0.113.8")).Pointers(409));
        Assert.Equal(owner.Text, (await AskAsync(service, Hook, "0000000000000000", "203.0.113.7")).Text);
    }

    [Fact]
    public async Task Whether_an_address_is_known_does_not_show_in_a_key()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeEmailAsync();
        Assert.Equal(202, (await AskAsync(service, Mail, "key-1-of-16-or-more")).Status);
        Assert.Empty((await AskAsync(service, Mail.Replace("P1D", "P2D", StringComparison.Ordinal),
            "key-1-of-16-or-more")).Pointers(409));
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_webhook()
    {
        await using var service = await TestService.StartAsync();
        var key = System.Text.RegularExpressions.Regex.Match((await service.GetAsync("/subscribe")).Text,
            "name=\"key\" value=\"([^\"]+)\"").Groups[1].Value;
        async Task<(int Status, string Text)> SendAsync(string url)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["key"] = key,
                ["do"] = "subscribe",
                ["channel"] = "webhook",
                ["url"] = url,
                ["leads"] = "P1D",
                ["timeZone"] = "UTC",
                ["at"] = "09:00",
            });
            using var answer = await service.Client.PostAsync("/subscribe", form,
                TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(
                TestContext.Current.CancellationToken));
        }

        var (first, second) = (await SendAsync("https://example.com/hook"),
            await SendAsync("https://example.com/hook"));
        Assert.Equal(201, first.Status);
        Assert.Equal(first, second);
        Assert.Contains("whsec_", first.Text, StringComparison.Ordinal);
        Assert.Equal(1, service.Get<Database>().Read(session => session.Number("SELECT count(*) FROM subscriptions")));

        var other = await SendAsync("https://example.com/other");
        Assert.Equal(409, other.Status);
        Assert.DoesNotContain(key, other.Text, StringComparison.Ordinal); // the form is shown again with a new key
    }

    private static Task<Reply> AskAsync(TestService service, string body, string key, string? client = null) =>
        service.SendAsync(
        HttpMethod.Post, "/api/subscriptions", body,
            headers: [("Idempotency-Key", key), .. client is null ? [] : new[] { ("X-Forwarded-For", client) }]);
}
