using Alerts.Subscriptions;

namespace Alerts.Tests.Support;

/// <summary>
/// A service with content on every page: dates that moved, a subscription with a log, a webhook and mails.
/// </summary>
internal sealed class PagesWorld : IAsyncDisposable
{
    private readonly WholeService service;

    private PagesWorld(WholeService service) => this.service = service;

    internal Uri Url => service.Url;

    internal WholeService Service => service;

    /// <summary>An active email subscription with a log.</summary>
    internal Subscription Reader { get; private set; } = null!; // set while starting

    /// <summary>A webhook subscription whose endpoint has not answered its verification yet.</summary>
    internal Subscription Endpoint { get; private set; } = null!; // set while starting

    /// <summary>Returns every page with a name for its screenshot.</summary>
    internal IReadOnlyList<(string Path, string Name)> Pages() =>
    [
        ("/", "dates"), ("/?q=nothing-fits", "dates-none"), ("/dates/truce", "date"), ("/dates/none", "no-date"),
        ("/subscribe", "subscribe"), ("/subscribe?date=truce&topic=tariffs", "subscribe-chosen"),
        ("/confirm/" + Token(TokenPurpose.Confirm, Reader), "confirmed"), ("/confirm/none", "no-confirm"),
        ("/unsubscribe/" + Token(TokenPurpose.Unsubscribe, Reader), "unsubscribe"),
        ("/manage", "manage-lost"), ("/manage/" + Token(TokenPurpose.Manage, Reader), "manage"),
        ("/manage/" + Token(TokenPurpose.Manage, Endpoint), "manage-webhook"), ("/manage/none", "manage-none"),
        ("/confirm/" + Token(TokenPurpose.ConfirmContact, Endpoint), "confirm-contact"),
        ("/unsubscribe/" + Token(TokenPurpose.StopWarnings, Endpoint), "stop-warnings"),
        ("/outbox", "outbox"), ("/outbox/" + service.MailIds()[0], "mail"),
    ];

    internal string Token(TokenPurpose purpose, Subscription subscription) =>
        service.Get<Tokens>().Make(purpose, subscription);

    internal static async Task<PagesWorld> StartAsync(Instant start, CancellationToken cancel)
    {
        var service = await WholeService.StartAsync(start, cancel);
        var world = new PagesWorld(service);
        await service.PutDateAsync("truce", "US-China tariff truce expires", "2025-11-03", "00:01", cancel);
        await service.PutDateAsync("summit",
            """
            {"title":"APEC Economic Leaders' Meeting","topics":["apec","summits"],
            "when":{"date":"2025-11-18","timeZone":"Asia/Seoul"},
            "end":{"date":"2025-11-19","timeZone":"Asia/Seoul"},
            "status":"tentative","checkedOn":"2025-09-01"}
            """, cancel);
        await service.PutDateAsync("gone", "Comments on the proposed rule close", "2025-10-20", "17:00", cancel);
        await service.PutDateAsync("off",
            """
            {"title":"100% tariffs on Chinese goods begin","topics":["tariffs","us-china"],
            "when":{"date":"2025-12-01","timeZone":"America/New_York"},"status":"tentative"}
            """, cancel);

        var preferences = World.Preferences("P7D P1D PT1H", "Europe/Berlin");
        var subscriptions = service.Get<ISubscriptions>();
        world.Reader = (await subscriptions.SubscribeEmailAsync(
            "reader@example.com", preferences, SubscriptionIdentity.Random(), cancel))!;
        world.Endpoint = (await subscriptions.SubscribeWebhookAsync(
            "https://hooks.example.com/alerts", default, preferences, contact: "ops@example.com",
            SubscriptionIdentity.Random(), cancel))!;
        await subscriptions.RotateSecretAsync(world.Endpoint.Id, cancel);
        await service.MailAsync("confirm", cancel);
        await subscriptions.ConfirmAsync(world.Reader.Id, cancel);
        service.JumpTo(start + Duration.FromDays(3));
        await service.MailAsync("In 7 days", cancel);
        await service.PutDateAsync("truce",
            """
            {"title":"US-China tariff truce expires","summary":"Until then the higher rates are suspended.",
            "topics":["us-china","tariffs"],
            "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York"},
            "source":"https://example.com/order","checkedOn":"2025-10-28",
            "reason":"Extended for a year by an executive order."}
            """, cancel);
        await service.PutDateAsync("off",
            """
            {"title":"100% tariffs on Chinese goods begin","topics":["tariffs","us-china"],
            "when":{"date":"2025-12-01","timeZone":"America/New_York"},"status":"cancelled",
            "reason":"Shelved after the meeting."}
            """, cancel);
        await service.MailAsync("Moved", cancel);
        return world;
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();
}
