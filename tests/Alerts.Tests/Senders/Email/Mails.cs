using System.Text;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using MimeKit;
using NodaTime.Text;

namespace Alerts.Tests.Senders.Email;

/// <summary>Creates messages, composes their mails, and reads these back from the bytes as a receiver does.</summary>
internal static class Mails
{
    public const string Key = "al_abcdefghijklmnopqrstuvwxyz";

    public static readonly Tokens Tokens = new(new byte[32]);

    public static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];

    public static Instant Utc(string text) => InstantPattern.ExtendedIso.Parse(text).Value;

    /// <summary>Parses <c>2025-11-10</c> (all-day) or <c>2025-11-10T00:01</c>.</summary>
    public static Moment Moment(string text, string zone) =>
        text.Contains('T', StringComparison.Ordinal)
            ? new Moment(
                LocalDatePattern.Iso.Parse(text[..10]).Value,
                LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text[11..]).Value, Zone(zone))
            : new Moment(LocalDatePattern.Iso.Parse(text).Value, null, Zone(zone));

    public static KeyDate Date(
        string when = "2025-11-10T00:01", string zone = "America/New_York", string? end = null,
        string title = "US-China tariff truce expires", DateStatus status = DateStatus.Confirmed, int revision = 1,
        string? summary = "The truce of Geneva ends.", string? source = "https://example.org/source?a=1&b=2") =>
        new("us-china-truce-expiry", title, summary, ["us-china", "tariffs"], Moment(when, zone),
            end is null ? null : Moment(end, zone), status, source, null, revision);

    public static Subscription Subscriber(
        string zone = "America/New_York", string address = "newyork@example.com", Preferences? preferences = null) =>
        new(
            "sub_k3v9",
            Subscribing.Email,
            address,
            SubscriptionStatus.Active,
            Utc("2025-10-24T00:00:00Z"),
            Utc("2025-10-24T00:00:00Z"),
            preferences
                ?? new Preferences(
                    [],
                    [],
                    [new CalendarLead("P7D", Period.FromDays(7))],
                    Zone(zone),
                    new LocalTime(9, 0),
                    null),
            1,
            []);

    public static OutboundAlert Reminder(
        KeyDate date, string at, string zone = "America/New_York", string? dueAt = null) =>
        new(
            Key, Subscriber(zone), Utc(at), AlertKind.Reminder, "P1D", Utc(dueAt ?? at), date.Over, Version(date), null,
            null);

    public static OutboundAlert Correction(
        KeyDate date, KeyDate previous, string zone = "America/New_York", string? reason = null) =>
        new(
            Key, Subscriber(zone), Utc("2025-11-04T12:00:00Z"),
            date.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled, "-", Utc("2025-11-04T12:00:00Z"), null,
            Version(date), previous, reason);

    public static SystemNotification Service(ServiceMessage message, Preferences? preferences = null) =>
        new(
            "msg_1", message.IsForContact() ? Endpoint(preferences) : Subscriber(preferences: preferences),
            Utc("2025-10-24T12:00:00Z"), message);

    /// <summary>Returns a webhook subscription with a contact, failing since 06:00 UTC.</summary>
    public static Subscription Endpoint(Preferences? preferences = null) => Subscriber(preferences: preferences) with
    {
        Channel = Subscribing.Webhook,
        Address = "https://hooks.example.com/a-secret-path?key=1",
        Contact = new Contact("ops@example.com", IsConfirmed: true),
        FailingSince = Utc("2025-10-24T06:00:00Z"),
    };

    public static MailComposer Composer(string url = "https://alerts.example.com") =>
        new(new PublicUrl(new Uri(url)), Tokens, "alerts@example.com");

    /// <summary>Composes a mail, writes it as it is transmitted, and reads it again.</summary>
    public static MimeMessage Received(OutboundMessage message, string url = "https://alerts.example.com") =>
        MimeMessage.Load(new MemoryStream(Bytes(message, url)));

    public static byte[] Bytes(OutboundMessage message, string url = "https://alerts.example.com")
    {
        using var mail = Composer(url).Compose(message);
        using var bytes = new MemoryStream();
        mail.Prepare(EncodingConstraint.SevenBit);
        mail.WriteTo(MailFormat.OnDisk, bytes);
        return MailCheck.Checked(bytes.ToArray());
    }

    public static string Raw(OutboundMessage message, string url = "https://alerts.example.com") =>
        Encoding.ASCII.GetString(Bytes(message, url));

    public static DateVersion Version(KeyDate date) =>
        new(3, Utc("2025-11-04T12:00:00Z"), Utc("2025-11-04T12:00:00Z"), DateChange.Edited, null, date);
}
