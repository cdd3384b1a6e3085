using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

/// <summary>Uses only keys after opening the first page, and checks that the focus is visible at every stop.</summary>
[Collection(nameof(Chromium))]
public sealed class By_keyboard_alone_all_can_be_done(Chromium chromium)
{
    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 8, 0);

    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    public async Task A_reader_subscribes_changes_everything_and_ends_it(int width, bool hasScript)
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        await service.PutDateAsync("truce", "US-China tariff truce expires", "2025-11-10", "00:01", Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript);
        var keyboard = new Keyboard(visitor.Page);

        await visitor.Page.GotoAsync("/");
        await keyboard.FollowToAsync("Get alerts");
        await keyboard.WriteAsync("address", "reader@example.com", "reader@example.com");
        await keyboard.GoToAsync("Tariffs");
        await keyboard.PressAsync("Space");
        await keyboard.WriteAsync("timeZone", "Europe/Berlin", "Europe/Berlin");
        await keyboard.FollowToAsync("Subscribe");
        await visitor.ReadsAsync("We are sending an email to reader@example.com");

        await OpenMailAsync("Please confirm", "/confirm/");
        await keyboard.FollowToAsync("Confirm");
        await visitor.ReadsAsync("Your alerts are on.");

        service.JumpTo(Instant.FromUtc(2025, 11, 3, 8, 0));
        await service.MailAsync("In 7 days", Cancel);
        await visitor.Page.GotoAsync("/outbox");
        await OpenMailAsync("In 7 days", "/manage/");
        await visitor.ReadsAsync("delivered");
        await keyboard.GoToAsync("Change your alerts");
        await keyboard.PressAsync("Enter");
        await keyboard.GoToAsync("1 hour before");
        await keyboard.PressAsync("Space");
        await keyboard.WriteAsync("timeZone", "Tokyo", "Tokyo");
        await keyboard.WriteAsync("at", "0730AM", "07:30");
        await keyboard.GoToAsync("Quiet hours");
        await keyboard.PressAsync("Space");
        await keyboard.WriteAsync("quietFrom", "1000PM", "22:00");
        await keyboard.WriteAsync("quietTo", "0700AM", "07:00");
        await keyboard.FollowToAsync("Save");
        await visitor.ReadsAsync(
            "Saved.",
            "7 days before, 1 day before, 1 hour before",
            "07:30 Tokyo (Asia/Tokyo)",
            "22:00 – 07:00",
            "9 Nov 2025, 07:30 Tokyo");

        await keyboard.FollowToAsync("Send again");
        await visitor.ReadsAsync("We are sending it again.");
        await keyboard.FollowToAsync("Send a test");
        await visitor.ReadsAsync("We are sending a message.");
        await keyboard.FollowToAsync("End the subscription …");
        await visitor.ReadsAsync("End this subscription of reader@example.com?");
        await keyboard.FollowToAsync("End the subscription");
        await visitor.ReadsAsync("This subscription has ended.");
        await keyboard.FollowToAsync("Undo");
        await visitor.ReadsAsync("The subscription is active again.");
        Assert.Empty(visitor.Complaints);

        // Opens a mail from the list in the outbox, then follows the link in it.
        async Task OpenMailAsync(string subject, string link)
        {
            await service.MailAsync(subject, Cancel);
            if (!visitor.Page.Url.EndsWith("/outbox", StringComparison.Ordinal))
            {
                await keyboard.FollowToAsync("Open the outbox");
            }

            await keyboard.FollowToAsync(subject);
            await keyboard.FollowToAsync(new Uri(service.Url, link).AbsoluteUri);
        }
    }

    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    public async Task The_owner_of_an_endpoint_subscribes_it_and_makes_a_new_secret(int width, bool hasScript)
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript);
        var keyboard = new Keyboard(visitor.Page);

        await visitor.Page.GotoAsync("/subscribe");
        await keyboard.GoToAsync("Email");
        await keyboard.PressAsync("ArrowRight");
        await keyboard.WriteAsync("url", "https://hooks.example.com/alerts", "https://hooks.example.com/alerts");
        await keyboard.WriteAsync("timeZone", "Europe/Berlin", "Europe/Berlin");
        await keyboard.FollowToAsync("Subscribe");
        await visitor.ReadsAsync("Almost done: three steps", "whsec_");
        await keyboard.FollowToAsync("See, change or end your alerts");
        await keyboard.FollowToAsync("Send the verification again");
        await visitor.ReadsAsync("A verification is already waiting to be sent");
        await keyboard.FollowToAsync("Make a new secret");
        await visitor.ReadsAsync("Your new secret", "whsec_");
        await keyboard.FollowToAsync("Back to the subscription");
        await visitor.ReadsAsync("a replaced one, until 25 Oct 2025, 10:00 Berlin");
        Assert.Empty(visitor.Complaints);
    }

    [Theory]
    [InlineData(1440, true)]
    [InlineData(390, true)]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    public async Task An_operator_adds_moves_and_calls_off_a_date(int width, bool hasScript)
    {
        await using var service = await WholeService.StartAsync(Start, Cancel);
        var subscriptions = service.Get<ISubscriptions>();
        var reader = (
            await subscriptions.SubscribeEmailAsync(
                "reader@example.com",
                World.Preferences("P7D", "Europe/Berlin"),
                SubscriptionIdentity.Random(),
                Cancel))!;
        await subscriptions.ConfirmAsync(reader.Id, Cancel);
        await using var visitor = await chromium.OpenAsync(service.Url, width, hasScript);
        var keyboard = new Keyboard(visitor.Page);

        await visitor.Page.GotoAsync("/admin");
        await keyboard.WriteAsync("key", WholeService.AdminKey, WholeService.AdminKey);
        await keyboard.FollowAsync();
        await keyboard.FollowToAsync("Dates");
        await keyboard.FollowToAsync("Add a date");
        await keyboard.WriteAsync("title", "Truce expires", "Truce expires");
        await keyboard.WriteAsync("when-date", "10272025", "2025-10-27");
        await keyboard.WriteAsync("when-time", "1201AM", "00:01");
        await keyboard.WriteAsync("when-timeZone", "America/New_York", "America/New_York");
        await keyboard.FollowToAsync("See who will be notified");
        await visitor.ReadsAsync("On saving, 1 subscriber will be notified of this date at once (1 by email).");
        await keyboard.FollowToAsync("Save");
        await service.MailAsync("In 3 days: Truce expires", Cancel);

        await keyboard.FollowToAsync("Truce expires");
        await keyboard.WriteAsync("when-date", "11102026", "2026-11-10");
        await keyboard.GoToFieldAsync("reason");
        await keyboard.WriteAsync("Extended for a year.");
        await keyboard.FollowToAsync("See who will be notified");
        await visitor.ReadsAsync("On saving, 1 subscriber will be notified that this date has changed (1 by email).",
            "10 Nov 2026, 00:01 New York");
        await keyboard.FollowToAsync("Save");
        await service.MailAsync("Moved: Truce expires, now 10 Nov 2026", Cancel);

        await keyboard.FollowToAsync("Truce expires");
        await keyboard.FollowToAsync("Cancel this date …");
        await visitor.ReadsAsync("On saving, 1 subscriber will be notified that this date is cancelled (1 by email).");
        await visitor.FitsAsync();
        await keyboard.GoToFieldAsync("reason");
        await keyboard.WriteAsync("Called off.");
        await keyboard.FollowToAsync("Cancel this date");
        await visitor.ReadsAsync("Saved.", "cancelled");
        await service.MailAsync("Cancelled: Truce expires", Cancel);
        await keyboard.FollowToAsync("Overview");
        await keyboard.FollowToAsync("Sign out");
        await visitor.ReadsAsync("Admin key");
        Assert.Empty(visitor.Complaints);
    }
}
