namespace Alerts.Web.OpenApi;

/// <summary>The examples of events: the <c>data</c> of each.</summary>
internal static class WebhookExamples
{
    private const string When =
        """{"date":"2025-11-10","time":"00:01","timeZone":"America/New_York","instant":"2025-11-10T05:01:00Z"}""";
    private const string NewWhen =
        """{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York","instant":"2026-11-10T05:01:00Z"}""";
    private const string NotifiedDate = $$"""{"when":{{When}},"end":null,"status":"confirmed","revision":1}""";
    private const string Ids =
        """ "alertKey":"al_3yz6onxmrvko43gvrlohn2dztm","subscriptionId":"sub_4fzyo62mvyr7p3kfhu2z7krgnm" """;

    public const string Reminder = $$"""
        { {{Ids}},"lead":"P1D","dueAt":"2025-11-09T14:00:00Z","remaining":"PT15H1M","late":false,
         "expires":"2025-11-10T05:01:00Z",
         "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires","summary":null,
         "topics":["us-china","tariffs"],"when":{{When}},"end":null,
         "status":"confirmed","revision":1,"source":"https://example.com/truce",
         "url":"https://alerts.example.com/dates/us-china-truce-expiry"},"previous":null}
        """;

    public const string Rescheduled = $$"""
        { {{Ids}},"lead":null,"dueAt":"2025-11-04T12:00:00Z","remaining":"P370DT17H1M","late":false,"expires":null,
         "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires","summary":null,
         "topics":["us-china","tariffs"],"when":{{NewWhen}},"end":null,
         "status":"confirmed","revision":2,"source":"https://example.com/truce",
         "url":"https://alerts.example.com/dates/us-china-truce-expiry"},"previous":{{NotifiedDate}}}
        """;

    public const string Cancelled = $$"""
        { {{Ids}},"lead":null,"dueAt":"2025-11-04T12:00:00Z","remaining":null,"late":false,"expires":null,
         "keyDate":{"id":"us-china-truce-expiry","title":"US-China tariff truce expires","summary":null,
         "topics":["us-china","tariffs"],"when":{{When}},"end":null,
         "status":"cancelled","revision":2,"source":"https://example.com/truce",
         "url":"https://alerts.example.com/dates/us-china-truce-expiry"},"previous":{{NotifiedDate}}}
        """;

    public const string Verification =
        """{"challenge":"q0VYNzT9bWkV2Yc8i1Yk5o","subscriptionId":"sub_4fzyo62mvyr7p3kfhu2z7krgnm"}""";
    public const string Test = """{"subscriptionId":"sub_4fzyo62mvyr7p3kfhu2z7krgnm"}""";
}
