using Alerts.Dates;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>
/// The messages of the contract's example (section 7): the truce that expires on 10 November 2025, 00:01 in New York.
/// </summary>
internal static class WebhookMessages
{
    public const string NewSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    public const string OldSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    public static readonly Tokens ServiceTokens = new(new byte[32]);
    public static readonly PublicUrl ServiceUrl = new(new Uri("https://alerts.example.com"));
    public static readonly WebhookOptions Loopback = new(AllowLoopback: true, AllowedNetworks: []);
    public static readonly Instant DueAt = Instant.FromUtc(2025, 11, 9, 14, 0);

    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    public static readonly KeyDate Truce = new(
        "us-china-truce-expiry",
        "US-China tariff truce expires",
        "Back to the rates of April.",
        ["us-china", "tariffs"],
        new Moment(new LocalDate(2025, 11, 10), new LocalTime(0, 1), NewYork),
        null,
        DateStatus.Confirmed,
        "https://example.com/truce",
        null,
        1);

    public static KeyDate MovedTruce =>
        Truce with { When = Truce.When with { On = new LocalDate(2026, 11, 10) }, Revision = 2 };

    public static Subscription Subscription(string url, params WebhookSecret[] secrets) =>
        new(
            "sub_1", Subscribing.Webhook, url, SubscriptionStatus.Active, DueAt, DueAt,
            new Preferences([], [], [], NewYork, new LocalTime(9, 0), null), 1,
            secrets.Length > 0 ? secrets : [new WebhookSecret(NewSecret, null)]);

    public static OutboundAlert Reminder(string url = "https://example.com/hook", params WebhookSecret[] secrets) =>
        new(
            "al_abc", Subscription(url, secrets), DueAt, AlertKind.Reminder, "P1D", DueAt, Truce.Start, Version(Truce),
            null, null);

    public static OutboundAlert Correction(AlertKind kind, KeyDate now) =>
        new(
            "al_abc", Subscription("https://example.com/hook"), DueAt + Duration.FromHours(1), kind, "-", DueAt, null,
            Version(now), Truce, "an order");

    public static SystemNotification Service(ServiceMessage message, string url = "https://example.com/hook") =>
        new("msg_abc", Subscription(url), DueAt, message);

    private static DateVersion Version(KeyDate date) => new(1, DueAt, DueAt, DateChange.Added, null, date);
}
