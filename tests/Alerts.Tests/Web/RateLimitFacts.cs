using System.Globalization;

namespace Alerts.Tests.Web;

/// <summary>
/// Tests rate limits per client. The proxy on this machine names the clients; the test itself is on this machine.
/// </summary>
public sealed class RateLimitFacts
{
    private const string Preferences =
        """{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}""";

    [Fact]
    public async Task A_client_that_asks_too_fast_is_told_when_to_come_back()
    {
        await using var service = await TestService.StartAsync();
        Reply reply;
        var answered = 0;
        while (
            (reply = await service.SendAsync(HttpMethod.Get, "/api/dates", headers: From("203.0.113.7"))).Status == 200)
        {
            Assert.True(++answered < 20_000, "There is no limit.");
        }

        Assert.Empty(reply.Pointers(429));
        Assert.InRange(int.Parse(reply.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 3600);
        Assert.True(answered >= 300, $"It was told so after {answered} requests already.");
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Get, "/api/dates", headers: From("203.0.113.8"))).Status);
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Get, "/healthz", headers: From("203.0.113.7"))).Status);
        Assert.Equal(200, (await service.GetAsync("/api/dates")).Status);
    }

    [Fact]
    public async Task What_a_client_claims_to_come_through_gets_it_no_further()
    {
        await using var service = await TestService.StartAsync();
        var status = 200;
        for (var i = 0; status == 200; i++)
        {
            Assert.True(i < 20_000, "There is no limit.");
            var claimed = FormattableString.Invariant($"198.51.100.{i % 250}, 203.0.113.9:{5000 + (i % 1000)}");
            status = (await service.SendAsync(HttpMethod.Get, "/api/dates", headers: From(claimed))).Status;
        }

        Assert.Equal(429, status);
    }

    [Fact]
    public async Task A_token_is_counted_wherever_it_is_used()
    {
        await using var service = await TestService.StartAsync();
        var status = 401;
        for (var i = 0; status == 401; i++)
        {
            Assert.True(i < 20_000, "There is no limit.");
            status = (
                await service.SendAsync(
                    HttpMethod.Put, "/api/dates/x", "{}", "a wrong key",
                    From(FormattableString.Invariant($"203.0.113.{i % 250}")))).Status;
        }

        Assert.Equal(429, status);
        Assert.Equal(
            401,
            (
                await service.SendAsync(HttpMethod.Put, "/api/dates/x", "{}", "another wrong key", From("203.0.113.1"))
            ).Status);
    }

    [Fact]
    public async Task A_mailbox_is_asked_three_times_an_hour_for_one_client_and_left_in_peace_by_others_without_a_word()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                202,
                (
                    await service.SendAsync(
                        HttpMethod.Post, "/api/subscriptions", Preferences, headers: From("203.0.113.7"))).Status);
        }

        var fourth = await service.SendAsync(
            HttpMethod.Post, "/api/subscriptions",
            Preferences.Replace("reader@", "READER@", StringComparison.Ordinal), headers: From("203.0.113.7"));
        Assert.Empty(fourth.Pointers(429));
        Assert.InRange(int.Parse(fourth.Headers["Retry-After"], CultureInfo.InvariantCulture), 3000, 3600);

        // With other preferences it would be a separate subscription with its own mail.
        var ofAnother = await service.SendAsync(
            HttpMethod.Post, "/api/subscriptions", Preferences.Replace("P1D", "P2D", StringComparison.Ordinal),
            headers: From("203.0.113.8"));
        Assert.Equal((202, """{"status":"pending"}"""), (ofAnother.Status, ofAnother.Text));
        Assert.Equal(3, (await service.Settle("email", new Alerts.Ledger.Delivered(250, "ok"))).Count);

        Assert.Equal(
            202,
            (
                await service.SendAsync(
                    HttpMethod.Post,
                    "/api/subscriptions",
                    Preferences.Replace("reader@", "other@", StringComparison.Ordinal),
                    headers: From("203.0.113.7"))).Status);
        Assert.Single((await service.Settle("email", new Alerts.Ledger.Delivered(250, "ok"))));
    }

    [Fact]
    public async Task On_this_machine_nothing_is_counted()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(
                202,
                (
                    await service.PostAsync(
                        "/api/subscriptions",
                        Preferences.Replace("P1D", FormattableString.Invariant($"P{i + 1}D"), StringComparison.Ordinal))
                ).Status);
        }

        Assert.Equal(10, (await service.Settle("email", new Alerts.Ledger.Delivered(250, "ok"))).Count);
    }

    private static (string, string) From(string forwarded) => ("X-Forwarded-For", forwarded);
}
