using System.Text;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests the bodies character by character, with the contract's order of members.</summary>
public class WebhookBodyTests
{
    private const string TruceBody = """
        "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires",
        "summary":"Back to the rates of April.","topics":["us-china","tariffs"],
        "when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York","instant":"2025-11-10T05:01:00Z"},
        "end":null,"status":"confirmed","revision":1,
        "source":"https://example.com/truce","url":"https://alerts.example.com/dates/us-china-truce-expiry"}
        """;

    [Fact]
    public void A_reminder_is_the_contracts_example() =>
        AssertBody(
            $$$"""
            {"type":"deadline.reminder","timestamp":"2025-11-09T14:00:00Z",
            "data":{"alertKey":"al_abc","subscriptionId":"sub_1","lead":"P1D",
            "dueAt":"2025-11-09T14:00:00Z","remaining":"PT15H1M","late":false,"expires":"2025-11-10T05:01:00Z",
            {{{TruceBody}}},"previous":null}}
            """,
            Reminder());

    [Fact]
    public void A_late_reminder_keeps_its_due_instant_and_counts_from_the_attempt() =>
        AssertBody(
            $$$"""
            {"type":"deadline.reminder","timestamp":"2025-11-09T14:00:00Z",
            "data":{"alertKey":"al_abc","subscriptionId":"sub_1","lead":"P1D",
            "dueAt":"2025-11-09T14:00:00Z","remaining":"PT1H1M","late":true,"expires":"2025-11-10T05:01:00Z",
            {{{TruceBody}}},"previous":null}}
            """,
            Reminder() with { At = DueAt + Duration.FromHours(14) }
        );

    [Fact]
    public void A_moved_date_is_told_with_both_times_and_no_expiry() =>
        AssertBody(
            """
            {"type":"deadline.rescheduled","timestamp":"2025-11-09T14:00:00Z",
            "data":{"alertKey":"al_abc","subscriptionId":"sub_1","lead":null,
            "dueAt":"2025-11-09T14:00:00Z","remaining":"P365DT14H1M","late":false,"expires":null,
            "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires",
            "summary":"Back to the rates of April.","topics":["us-china","tariffs"],
            "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York","instant":"2026-11-10T05:01:00Z"},
            "end":null,"status":"confirmed","revision":2,
            "source":"https://example.com/truce","url":"https://alerts.example.com/dates/us-china-truce-expiry"},
            "previous":{"when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York",
            "instant":"2025-11-10T05:01:00Z"},"end":null,"status":"confirmed","revision":1}}}
            """,
            Correction(AlertKind.Rescheduled, MovedTruce));

    [Fact]
    public void A_cancelled_date_has_nothing_remaining() =>
        AssertBody(
            """
            {"type":"deadline.cancelled","timestamp":"2025-11-09T14:00:00Z",
            "data":{"alertKey":"al_abc","subscriptionId":"sub_1","lead":null,
            "dueAt":"2025-11-09T14:00:00Z","remaining":null,"late":false,"expires":null,
            "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires",
            "summary":"Back to the rates of April.","topics":["us-china","tariffs"],
            "when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York","instant":"2025-11-10T05:01:00Z"},
            "end":null,"status":"cancelled","revision":2,
            "source":"https://example.com/truce","url":"https://alerts.example.com/dates/us-china-truce-expiry"},
            "previous":{"when":{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York",
            "instant":"2025-11-10T05:01:00Z"},"end":null,"status":"confirmed","revision":1}}}
            """,
            Correction(AlertKind.Cancelled, Truce with { Status = DateStatus.Cancelled, Revision = 2 }));

    [Fact]
    public void An_all_day_date_has_a_null_time_the_start_of_its_day_and_nulls_for_what_is_absent()
    {
        var seoul = DateTimeZoneProviders.Tzdb["Asia/Seoul"];
        var reminder = Reminder();
        var summit = Truce with
        {
            Summary = null,
            Source = null,
            Topics = [],
            Status = DateStatus.Tentative,
            When = new Moment(new LocalDate(2025, 10, 31), null, seoul),
            End = new Moment(new LocalDate(2025, 11, 1), null, seoul),
        };
        var body = Text(reminder with { Date = reminder.Date with { KeyDate = summit } });
        Assert.Contains(
            OneLine(
                """
                "summary":null,"topics":[],
                "when":{"date":"2025-10-31","time":null,"timeZone":"Asia/Seoul","instant":"2025-10-30T15:00:00Z"},
                "end":{"date":"2025-11-01","time":null,"timeZone":"Asia/Seoul","instant":"2025-10-31T15:00:00Z"},
                "status":"tentative","revision":1,"source":null,
                """
            ),
            body,
            StringComparison.Ordinal);
        Assert.Contains("\"remaining\":\"PT0S\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verification_carries_the_challenge() =>
        AssertBody(
            $$$"""
            {"type":"webhook.verification","timestamp":"2025-11-09T14:00:00Z",
            "data":{"challenge":"{{{ServiceTokens.Challenge("msg_abc")}}}","subscriptionId":"sub_1"}}
            """,
            Service(ServiceMessage.Verification));

    [Fact]
    public void A_test_carries_only_the_subscription() => AssertBody(
        """{"type":"webhook.test","timestamp":"2025-11-09T14:00:00Z","data":{"subscriptionId":"sub_1"}}""",
        Service(ServiceMessage.Test));

    [Fact]
    public void Fractions_of_a_second_are_written_where_there_are_any() =>
        Assert.Contains(
            "\"timestamp\":\"2025-11-09T14:00:00.25Z\"",
            Text(Reminder() with { DueAt = DueAt + Duration.FromMilliseconds(250) }), StringComparison.Ordinal);

    [Fact]
    public void The_bytes_are_ascii_whatever_the_title_holds()
    {
        var reminder = Reminder();
        var peace = Truce with { Title = "경주 – \"APEC\" 🕊" };
        var titled = reminder with { Date = reminder.Date with { KeyDate = peace } };
        var bytes = new WebhookBody(ServiceUrl, ServiceTokens).Write(titled);
        Assert.All(bytes, b => Assert.InRange(b, 0x20, 0x7e));
        using var json = System.Text.Json.JsonDocument.Parse(bytes);
        Assert.Equal(
            "경주 – \"APEC\" 🕊",
            json.RootElement.GetProperty("data").GetProperty("keyDate").GetProperty("title").GetString());
    }

    private static void AssertBody(string expected, OutboundMessage message) =>
        Assert.Equal(OneLine(expected), Text(message));

    private static string Text(OutboundMessage message) =>
        Encoding.UTF8.GetString(new WebhookBody(ServiceUrl, ServiceTokens).Write(message));

    private static string OneLine(string text) => text.ReplaceLineEndings("");
}
