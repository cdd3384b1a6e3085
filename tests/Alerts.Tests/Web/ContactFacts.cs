using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Web;

/// <summary>
/// Tests the contact of a webhook: requested with the subscription, confirmed like any address, shown to the owner.
/// </summary>
public sealed class ContactFacts
{
    [Fact]
    public async Task A_contact_is_asked_to_confirm_and_only_its_button_does()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await SubscribeAsync(service, "\"ops@example.com\"");

        var asked = Assert.IsType<SystemNotification>(
            Assert.Single(await service.Settle("email", new Delivered(250, "ok"))));
        Assert.Equal((ServiceMessage.ContactConfirmation, "ops@example.com"), (asked.Message, asked.To));
        var link = "/confirm/" + service.Get<Tokens>().Make(TokenPurpose.ConfirmContact, asked.Subscription);

        Assert.Contains("ops@example.com", (await service.GetAsync(link)).Text, StringComparison.Ordinal);
        Assert.False((await FindAsync(service, id)).Contact!.IsConfirmed);
        Assert.Equal(200, (await service.PostAsync(link)).Status);
        Assert.True((await FindAsync(service, id)).Contact!.IsConfirmed);
        Assert.Equal(200, (await service.PostAsync(link)).Status); // harmless when repeated
        Assert.Equal(
            "pending",
            (await service.GetAsync($"/api/subscriptions/{id}", token)).Json.GetProperty("status").GetString()
        ); // the link only enables the warnings
    }

    [Fact]
    public async Task The_owner_sees_the_contact_and_cannot_change_it()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await SubscribeAsync(service, "\"ops@example.com\"");

        Assert.Equal(
            "ops@example.com",
            (await service.GetAsync($"/api/subscriptions/{id}", token))
                .Json.GetProperty("channel").GetProperty("contact").GetString());
        var patch = await service.SendAsync(
            HttpMethod.Patch, $"/api/subscriptions/{id}", """{"channel":{"contact":"other@example.com"}}""", token);
        Assert.Equal(["/channel"], patch.Pointers(400));
    }

    [Fact]
    public async Task Without_a_contact_nobody_is_mailed()
    {
        await using var service = await TestService.StartAsync();
        var (id, token) = await SubscribeAsync(service, "null");

        Assert.Empty(await service.Settle("email", new Delivered(250, "ok")));
        Assert.False(
            (await service.GetAsync($"/api/subscriptions/{id}", token))
                .Json.GetProperty("channel").TryGetProperty("contact", out _));
    }

    [Theory]
    [InlineData("\"nobody\"")]
    [InlineData("\"ops@example.com\\r\\nBcc: all@example.com\"")]
    [InlineData("7")]
    public async Task A_contact_that_is_no_mail_address_is_refused(string contact)
    {
        await using var service = await TestService.StartAsync();

        Assert.Equal(
            ["/channel/contact"], (await service.PostAsync("/api/subscriptions", Body(contact))).Pointers(400));
    }

    [Fact]
    public async Task A_mailbox_has_no_contact()
    {
        await using var service = await TestService.StartAsync();
        var asked = await service.PostAsync(
            "/api/subscriptions",
            """
            {"channel":{"type":"email","address":"a@example.com","contact":"ops@example.com"},
            "leads":["P1D"],"timeZone":"UTC"}
            """);

        Assert.Equal(["/channel/contact"], asked.Pointers(400));
    }

    [Fact]
    public async Task A_warning_can_be_stopped_without_ending_the_subscription()
    {
        await using var service = await TestService.StartAsync();
        var (id, _) = await SubscribeAsync(service, "\"ops@example.com\"");
        var stop =
            "/unsubscribe/" + service.Get<Tokens>().Make(TokenPurpose.StopWarnings, await FindAsync(service, id));

        Assert.Contains("ops@example.com", (await service.GetAsync(stop)).Text, StringComparison.Ordinal);
        Assert.NotNull((await FindAsync(service, id)).Contact);
        Assert.Equal(200, (await service.PostAsync(stop)).Status);
        var after = await FindAsync(service, id);
        Assert.Equal((null, SubscriptionStatus.Pending), (after.Contact, after.Status));
        Assert.Equal(200, (await service.GetAsync(stop)).Status);
    }

    [Fact]
    public async Task A_link_for_one_thing_does_no_other()
    {
        await using var service = await TestService.StartAsync();
        var (id, _) = await SubscribeAsync(service, "\"ops@example.com\"");
        var subscription = await FindAsync(service, id);

        foreach (
            var purpose in Enum.GetValues<TokenPurpose>().Except([TokenPurpose.ConfirmContact, TokenPurpose.Confirm]))
        {
            Assert.Equal(
                404, (await service.PostAsync("/confirm/" + service.Get<Tokens>().Make(purpose, subscription))).Status);
        }

        Assert.False((await FindAsync(service, id)).Contact!.IsConfirmed);
    }

    [Fact]
    public async Task A_contact_that_does_not_answer_within_seven_days_is_forgotten()
    {
        await using var service = await TestService.StartAsync();
        var (id, _) = await SubscribeAsync(service, "\"ops@example.com\"");
        await service.Settle("webhook", new Delivered(200, "challenge"));
        var link = "/confirm/" + service.Get<Tokens>().Make(TokenPurpose.ConfirmContact, await FindAsync(service, id));

        service.Clock.JumpTo(TestService.Start + SubscriptionLimits.Pending);

        Assert.Equal(404, (await service.PostAsync(link)).Status);
        await service.Get<ISubscriptions>().PurgeExpiredAsync(CancellationToken.None);
        Assert.Equal(
            (null, SubscriptionStatus.Active),
            ((await FindAsync(service, id)).Contact, (await FindAsync(service, id)).Status));
    }

    private static string Body(string contact) =>
        $$"""
        {"channel":{"type":"webhook","url":"https://example.com/hook","contact":{{contact}}},
        "leads":["P1D"],"timeZone":"UTC"}
        """;

    private static async Task<(string Id, string Token)> SubscribeAsync(TestService service, string contact)
    {
        var made = await service.PostAsync("/api/subscriptions", Body(contact));
        Assert.Equal(201, made.Status);
        return (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("manageToken").GetString()!);
    }

    private static async Task<Subscription> FindAsync(TestService service, string id) =>
        await service.Get<ISubscriptions>().FindAsync(id, CancellationToken.None)
        ?? throw new InvalidOperationException("made a moment ago");
}
