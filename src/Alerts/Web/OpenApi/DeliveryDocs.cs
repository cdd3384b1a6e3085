using Alerts.Due;
using Alerts.Ledger;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes deliveries and statistics in the API document.</summary>
internal static class DeliveryDocs
{
    public const string Tag = "Deliveries";

    private const string Delivery =
        """
        {"alertKey":"al_n4cshw3kfmwgcyvlhv5jzvkqxy","keyDateId":"us-china-truce-expiry","revision":1,"kind":"reminder",
         "purpose":null,"lead":"P1D","dueAt":"2025-11-09T14:00:00Z","expires":"2025-11-10T05:01:00Z",
         "state":"delivered","reason":null,"nextAttemptAt":null,
         "attempts":[{"at":"2025-11-09T14:00:00.12Z","status":200,"milliseconds":85,"response":"ok"}]}
        """;

    private static readonly ParameterDoc OfKind = Query("kind", "Only those of this kind.",
        Schemas.OneOf("A kind.", EnumWords.All<AlertKind>()), "service");

    public static readonly RouteDoc ListOfSubscription = new("listDeliveries", Tag, "List a subscription's deliveries",
        "Newest first: alerts, and messages about the subscription itself (`kind` is `service`).")
    {
        Parameters = [SubscriptionDocs.Id, OfKind, .. Paging.Parameters],
        Answers =
        [
            new(200, "A page of deliveries.", typeof(DeliveryListResponse),
                $$"""{"items":[{{Delivery}}],"cursor":null}"""),
        ],
    };

    public static readonly RouteDoc ListAll = new("listAllDeliveries", Tag, "List all deliveries",
        "Newest first: alerts, and messages about subscriptions themselves (`kind` is `service`).")
    {
        Parameters =
        [
            Query(
                "state", "Only those in this state.",
                Schemas.OneOf("A state.", EnumWords.All<DeliveryState>()),
                "failed"),
            OfKind,
            .. Paging.Parameters,
        ],
        Answers =
        [
            new(200, "A page of deliveries.", typeof(OperatorDeliveryListResponse),
                $$"""
                {"items":[{{Delivery.Replace(
                    "{\"alertKey\"",
                    "{\"subscriptionId\":\"sub_4fzyo62mvyr7p3kfhu2z7krgnm\",\"channel\":\"webhook\",\"alertKey\"",
                    StringComparison.Ordinal)}}],"cursor":null}
                """),
        ],
    };

    public static readonly RouteDoc Stats = new(
        "getStats", Tag, "Get service statistics", "Counted periodically; `at` is the time of the count.")
    {
        Answers =
        [
            new(200, "The statistics.", typeof(StatsResponse),
                """
                {"at":"2025-11-09T14:00:00Z","dates":{"upcoming":5,"occurred":7,"cancelled":1},
                 "subscriptions":{"email":{"pending":2,"active":40,"disabled":0,"ended":3},
                                  "webhook":{"pending":0,"active":8,"disabled":1,"ended":0}},
                 "deliveries":{"queued":12,"sending":0,"retrying":1,"delivered":310,"failed":2,"expired":0,"void":9},
                 "serviceMessages":{"queued":0,"sending":0,"retrying":1,"delivered":52,"failed":1,"expired":0,"void":2},
                 "lateness":{"deliveries":313,"late":0,"medianSeconds":0.02,"p95Seconds":0.3},
                 "lastRun":{"startedAt":"2025-11-09T13:59:45Z","to":"2025-11-09T14:09:45Z"},
                 "failures":[{"part":"email","kind":"channel","since":"2025-11-09T13:20:00Z",
                              "cause":"535 5.7.8 Authentication failed"}]}
                """),
        ],
    };

    public static readonly RouteDoc Resend = new(
        "resendDelivery", Tag, "Send a delivery again",
        "Keeps the alert key; has new attempts and no deadline. For alerts that were delivered, failed or expired, "
        + "while their revision is current. 409 for a service message.")
    {
        Parameters =
        [
            SubscriptionDocs.Id,
            Path(
                "key", "The delivery's alert key.", Schemas.Text("An `alertKey` from the list.", atLeast: 1),
                "al_n4cshw3kfmwgcyvlhv5jzvkqxy"),
        ],
        Answers = [new(202, "The delivery is queued.", typeof(QueuedResponse), """{"queued":1}""")],
        Problems = [409],
    };
}
