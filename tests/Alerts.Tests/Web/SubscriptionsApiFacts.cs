using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

public sealed class SubscriptionsApiFacts
{
    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/test")]
    [InlineData("POST", "/rotate-secret")]
    [InlineData("POST", "/recover")]
    [InlineData("GET", "/deliveries")]
    [InlineData("POST", "/deliveries/al_x/resend")]
    public async Task Only_its_owner_reaches_a_subscription(string method, string route)
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        var (_, othersToken) = await service.SubscribeWebhookAsync();
        var http = new HttpMethod(method);

        var without = await service.SendAsync(http, $"/api/subscriptions/{id}{route}", "{}");
        Assert.Empty(without.Pointers(401));
        Assert.Equal("Bearer", without.Headers["WWW-Authenticate"]);
        var others = await service.SendAsync(http, $"/api/subscriptions/{id}{route}", "{}", othersToken);
        Assert.Empty(others.Pointers(404));
        var unknown = await service.SendAsync(http, $"/api/subscriptions/sub_nobody{route}", "{}", token);
        Assert.Empty(unknown.Pointers(404));
        Assert.Equal(others.Text, unknown.Text);
        Assert.Empty(
            (await service.SendAsync(http, $"/api/subscriptions/{id}{route}", "{}", TestService.AdminKey)).Pointers(404)
        );
        Assert.Equal(
            "active",
            (await service.GetAsync($"/api/subscriptions/{id}", token)).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_token_for_another_purpose_opens_nothing()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var tokens = service.Get<Tokens>();
        foreach (var purpose in Enum.GetValues<TokenPurpose>())
        {
            var expected = purpose == TokenPurpose.Manage ? 200 : 404;
            Assert.Equal(
                expected,
                (
                    await service.GetAsync("/api/subscriptions/" + subscription.Id, tokens.Make(purpose, subscription))
                ).Status);
        }

        Assert.Equal(
            404,
            (
                await service.GetAsync(
                    "/api/subscriptions/" + subscription.Id,
                    tokens.Make(TokenPurpose.Manage, subscription with { Generation = 2 }))).Status);
    }

    [Fact]
    public async Task The_owner_sees_the_subscription_without_its_secret()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var got = await service.GetAsync(
            "/api/subscriptions/" + subscription.Id, service.Get<Tokens>().Make(TokenPurpose.Manage, subscription));
        Assert.Equal(
            $"{{\"id\":\"{subscription.Id}\",\"status\":\"pending\""
            + ""","channel":{"type":"email","address":"reader@example.com"},"dates":[],"topics":[],"leads":["P1D"]"""
            + ""","timeZone":"UTC","at":"09:00","quietHours":null,"createdAt":"2025-10-24T00:00:00Z"}""",
            got.Text);
    }

    [Fact]
    public async Task A_patch_replaces_what_it_names_and_keeps_the_rest()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        var patched = await service.SendAsync(
            HttpMethod.Patch,
            $"/api/subscriptions/{id}",
            """{"at":"07:30","topics":["summits"],"quietHours":{"from":"22:00","to":"06:00"}}""",
            token);

        Assert.Equal(200, patched.Status);
        Assert.Equal("07:30", patched.Json.GetProperty("at").GetString());
        Assert.Equal("""["summits"]""", patched.Json.GetProperty("topics").GetRawText());
        Assert.Equal("""["P1D"]""", patched.Json.GetProperty("leads").GetRawText());
        Assert.Equal(patched.Text, (await service.GetAsync($"/api/subscriptions/{id}", token)).Text);
    }

    [Theory]
    [InlineData("""{"channel":{"type":"email","address":"a@example.com"}}""", "/channel")]
    [InlineData("""{"dates":["no-such-date"]}""", "/dates/0")]
    [InlineData("""{"leads":[]}""", "/leads")]
    [InlineData("""{"timeZone":null}""", "/timeZone")]
    [InlineData("""{"quietHours":{"from":"22:00","to":"22:00"}}""", "/quietHours")]
    [InlineData("{", "")]
    [InlineData("""{"\udc00":1}""", "")]
    [InlineData("""{"leads":["\ud800"]}""", "/leads/0")]
    public async Task A_wrong_patch_is_refused_and_changes_nothing(string body, string field)
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        var before = await service.GetAsync($"/api/subscriptions/{id}", token);
        Assert.Equal(
            [field],
            (await service.SendAsync(HttpMethod.Patch, $"/api/subscriptions/{id}", body, token)).Pointers(400));
        Assert.Equal(before.Text, (await service.GetAsync($"/api/subscriptions/{id}", token)).Text);
    }

    [Fact]
    public async Task All_problems_of_a_patch_are_named_at_once()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        var refused = await service.SendAsync(
            HttpMethod.Patch, $"/api/subscriptions/{id}",
            """{"leads":["x"],"at":"25:00","foo":1,"quietHours":{"from":"x","to":"06:00","until":"y"}}""", token);
        Assert.Equal(
            ["/at", "/foo", "/leads/0", "/quietHours/from", "/quietHours/until"],
            refused.Pointers(400).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"since":5}""")]
    [InlineData("""{"since":"yesterday"}""")]
    [InlineData("{}")]
    public async Task A_wrong_start_of_a_recovery_is_named_once(string body)
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        Assert.Equal(
            ["/since"], (await service.PostAsync($"/api/subscriptions/{id}/recover", body, token)).Pointers(400));
    }

    [Fact]
    public async Task An_ended_subscription_can_be_seen_and_ended_again_and_nothing_else()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        Assert.Equal(
            204, (await service.SendAsync(HttpMethod.Delete, $"/api/subscriptions/{id}", bearer: token)).Status);
        Assert.Equal(
            204, (await service.SendAsync(HttpMethod.Delete, $"/api/subscriptions/{id}", bearer: token)).Status);

        var got = await service.GetAsync($"/api/subscriptions/{id}", token);
        Assert.Equal((200, "ended"), (got.Status, got.Json.GetProperty("status").GetString()));
        Assert.Empty(
            (
                await service.SendAsync(HttpMethod.Patch, $"/api/subscriptions/{id}", """{"at":"07:30"}""", token)
            ).Pointers(409));
        Assert.Empty((await service.PostAsync($"/api/subscriptions/{id}/test", bearer: token)).Pointers(409));
        Assert.Empty((await service.PostAsync($"/api/subscriptions/{id}/rotate-secret", bearer: token)).Pointers(409));
        Assert.Empty(
            (
                await service.PostAsync(
                    $"/api/subscriptions/{id}/recover", """{"since":"2025-10-24T00:00:00Z"}""", token)).Pointers(409));
        Assert.Empty(
            (await service.PostAsync($"/api/subscriptions/{id}/deliveries/al_x/resend", bearer: token)).Pointers(409));
    }

    [Fact]
    public async Task Rotating_gives_a_new_secret_once()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        var first = await service.PostAsync($"/api/subscriptions/{id}/rotate-secret", bearer: token);
        var second = await service.PostAsync($"/api/subscriptions/{id}/rotate-secret", bearer: token);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.StartsWith("whsec_", first.Json.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(first.Text, second.Text);
        Assert.DoesNotContain(
            "whsec_", (await service.GetAsync($"/api/subscriptions/{id}", token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_subscription_has_no_secret_to_rotate()
    {
        await using var service = await TestService.StartAsync();
        var subscription = await service.SubscribeEmailAsync();
        var token = service.Get<Tokens>().Make(TokenPurpose.Manage, subscription);
        Assert.Empty(
            (await service.PostAsync($"/api/subscriptions/{subscription.Id}/rotate-secret", bearer: token)).Pointers(
                409));
    }

    [Fact]
    public async Task A_test_sends_a_test_message()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await service.SubscribeWebhookAsync();
        Assert.Equal(202, (await service.PostAsync($"/api/subscriptions/{id}/test", bearer: token)).Status);
        var sent = Assert.IsType<SystemNotification>(
            Assert.Single((await service.Settle("webhook", new Delivered(200, "")))));
        Assert.Equal((ServiceMessage.Test, id), (sent.Message, sent.Subscription.Id));
    }

    [Fact]
    public async Task What_failed_while_the_endpoint_was_disabled_is_recovered()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("first", "2025-10-25");
        await service.AddDateAsync("second", "2025-10-26");
        var (id, token) = await service.SubscribeWebhookAsync();
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(9));
        Assert.Single((await service.Settle("webhook", new Gone(410, "go away"))));
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(33));
        Assert.Empty((await service.Settle("webhook", new Delivered(200, ""))));
        Assert.Equal(
            "disabled",
            (await service.GetAsync($"/api/subscriptions/{id}", token)).Json.GetProperty("status").GetString());
        var kept = (await service.GetAsync($"/api/subscriptions/{id}/deliveries?limit=1", token)).Items.Single();
        Assert.Equal(
            ("failed", "endpoint disabled"),
            (kept.GetProperty("state").GetString(), kept.GetProperty("reason").GetString()));

        var since = """{"since":"2025-10-25T00:00:00Z"}""";
        // While it is disabled nothing could be sent, so nothing is queued.
        var disabled = await service.PostAsync($"/api/subscriptions/{id}/recover", since, token);
        Assert.Equal((202, """{"queued":0}"""), (disabled.Status, disabled.Text));
        await service.PostAsync($"/api/subscriptions/{id}/test", null, token);
        Assert.Single(await service.Settle("webhook", new Delivered(200, "")));
        var recovered = await service.PostAsync($"/api/subscriptions/{id}/recover", since, token);
        Assert.Equal((202, """{"queued":1}"""), (recovered.Status, recovered.Text));
        Assert.Equal(
            ["/since"],
            (await service.PostAsync($"/api/subscriptions/{id}/recover", """{"since":"yesterday"}""", token)).Pointers(
                400));
        Assert.Equal(
            ["/since"], (await service.PostAsync($"/api/subscriptions/{id}/recover", "{}", token)).Pointers(400));
    }
}
