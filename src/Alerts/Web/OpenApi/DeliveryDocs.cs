using Microsoft.OpenApi;
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

    private static readonly string[] States =
    [
        "queued",
        "sending",
        "retrying",
        "delivered",
        "failed",
        "expired",
        "void",
    ];

    private static readonly string[] Kinds = ["service", "reminder", "rescheduled", "cancelled"];

    private static readonly ParameterDoc OfKind = Query("kind", "Only those of this kind.",
        Schemas.OneOf("A kind.", Kinds), "service");

    public static readonly RouteDoc ListOfSubscription = new("listDeliveries", Tag, "List a subscription's deliveries",
        "Newest first: alerts, and the messages about the subscription itself (`kind` is `service`).")
    {
        Access = Access.Owner,
        Parameters = [SubscriptionDocs.Id, OfKind, .. Paging.Parameters],
        Answers = [new(200, "A page of deliveries.", "DeliveryList", $$"""{"items":[{{Delivery}}],"cursor":null}""")],
        Problems = [400],
    };

    public static readonly RouteDoc ListAll = new("listAllDeliveries", Tag, "List everybody's deliveries",
        "Newest first: alerts, and the messages about subscriptions themselves (`kind` is `service`).")
    {
        Access = Access.Operator,
        Parameters = [Query("state", "Only those in this state.", Schemas.OneOf("A state.", States), "failed"), OfKind,
            .. Paging.Parameters],
        Answers =
        [
            new(
                200,
                "A page of deliveries.",
                "OperatorDeliveryList",
                $$"""
                {"items":[{{Delivery.Replace(
                    "{\"alertKey\"",
                    "{\"subscriptionId\":\"sub_4fzyo62mvyr7p3kfhu2z7krgnm\",\"channel\":\"webhook\",\"alertKey\"",
                    StringComparison.Ordinal)}}],"cursor":null}
                """
            ),
        ],
        Problems = [400],
    };

    public static readonly RouteDoc Stats = new(
        "getStats",
        Tag,
        "Get the service in figures",
        "Counted now and then: `at` says when.")
    {
        Access = Access.Operator,
        Answers =
        [
            new(
                200, "The figures.", "Stats",
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
        "Under the same key, with fresh attempts and no deadline. For alerts that were delivered, failed or expired, "
        + "while their revision is current; 409 for a service message.")
    {
        Access = Access.Owner,
        Parameters =
        [
            SubscriptionDocs.Id,
            Path(
                "key",
                "The delivery's alert key.",
                Schemas.Text("As the list gave it.", atLeast: 1),
                "al_n4cshw3kfmwgcyvlhv5jzvkqxy"),
        ],
        Answers = [new(202, "It is queued.", "Queued", """{"queued":1}""")],
        Problems = [409],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
        [
            new("DeliveryList", Schemas.Page("A page of deliveries.", "Delivery")),
            new("OperatorDeliveryList", Schemas.Page("A page of deliveries.", "OperatorDelivery")),
            new(
                "OperatorDelivery",
                Schemas.Response(
                    "A delivery and whose it is.",
                    [
                        ("subscriptionId", Schemas.Text("Of which subscription.", atLeast: 1)),
                        ("channel", Schemas.Text("Over which channel.", atLeast: 1)),
                        .. DeliveryMembers(),
                    ])),
            new(
                "Stats",
                Schemas.Response(
                    "The service in figures.",
                    ("at", Schemas.Instant("When it was counted.")),
                    (
                        "dates",
                        Schemas.Response(
                            "Key dates.",
                            ("upcoming", Schemas.Number("Ahead, and not cancelled.")),
                            ("occurred", Schemas.Number("Past, and not cancelled.")),
                            ("cancelled", Schemas.Number("Cancelled.")))),
                    (
                        "subscriptions",
                        Schemas.Map(
                            "By channel.",
                            Schemas.Response(
                                "By status.",
                                [
                                    .. ((string[])["pending", "active", "disabled", "ended"]).Select(status =>
                                        (status, (IOpenApiSchema)Schemas.Number($"That are {status}."))),
                                ]))),
                    (
                        "deliveries",
                        Schemas.Response(
                            "Alerts by state.",
                            [
                                .. States.Select(state =>
                                    (state, (IOpenApiSchema)Schemas.Number($"That are {state}."))),
                            ])),
                    (
                        "serviceMessages",
                        Schemas.Response(
                            "Service messages by state.",
                            [
                                .. States.Select(state =>
                                    (state, (IOpenApiSchema)Schemas.Number($"That are {state}."))),
                            ])),
                    (
                        "lateness",
                        Schemas.Response(
                            "How long after they were due the newest 1,000 left.",
                            ("deliveries", Schemas.Number("How many of them had an attempt.")),
                            ("late", Schemas.Number("How many of those left more than 10 minutes late.")),
                            ("medianSeconds", Schemas.Fraction("Half of them left within it.")),
                            ("p95Seconds", Schemas.Fraction("19 of 20 left within it.")))),
                    (
                        "lastRun",
                        new OpenApiSchema
                        {
                            Description = "The last finished run of the watcher.",
                            OneOf =
                            [
                                Schemas.Response(
                                    "A run.",
                                    ("startedAt", Schemas.Instant("When it began.")),
                                    ("to", Schemas.Instant("What fell due by then is in the ledger."))),
                                new OpenApiSchema { Type = JsonSchemaType.Null },
                            ],
                        }
                    ),
                    (
                        "failures",
                        Schemas.List(
                            "What fails at this moment, the oldest first.",
                            Schemas.Response(
                                "A part of the service that fails.",
                                (
                                    "part",
                                    Schemas.Text("Its name, such as `store`, `watch run` or a channel.", atLeast: 1)),
                                ("kind", Schemas.OneOf("What it is.", "store", "worker", "channel", "source")),
                                ("since", Schemas.Instant("When it began to fail.")),
                                ("cause", Schemas.Text("The first cause.", atLeast: 1))))))),
            new(
                "Delivery",
                Schemas.Response(
                    "The record of handing one alert, or one message about the subscription itself, to its channel.",
                    DeliveryMembers())),
            new(
                "Attempt",
                Schemas.Response(
                    "One attempt.",
                    ("at", Schemas.Instant("When it began.")),
                    ("status", Schemas.Number("The HTTP or SMTP status; null when there was none.").OrNull()),
                    ("milliseconds", Schemas.Number("How long it took; null when broken off.").OrNull()),
                    (
                        "response",
                        Schemas
                            .Text(
                                "The first 2,000 characters of what was answered, or what went wrong; null once erased."
                            )
                            .OrNull()))),
        ];

    private static IReadOnlyList<(string, IOpenApiSchema)> DeliveryMembers() =>
    [
        ("alertKey", Schemas.Text(
            "The alert's key, or the id (`msg_…`) of a service message; the same everywhere it appears.",
            pattern: "^(al|msg)_[a-z2-7]{26}$")),
        ("keyDateId", Schemas.Slug("Of which date; null for a service message.").OrNull()),
        ("revision", Schemas.Number("Of which revision; null for a service message.", 1).OrNull()),
        ("kind", Schemas.OneOf("What it tells.", Kinds)),
        ("purpose", new OpenApiSchema
        {
            Description = "What a service message is for; null for an alert.",
            OneOf = [Schemas.OneOf("A purpose.", "confirmation", "verification", "test", "links", "warning", "welcome"),
                new OpenApiSchema { Type = JsonSchemaType.Null }],
        }),
        ("lead", Schemas.Text("Which lead; `-` for a correction, null for a service message.").OrNull()),
        ("dueAt", Schemas.Instant("When it was owed.")),
        ("expires", Schemas.Instant("No attempt begins after it; null for never.").OrNull()),
        ("state", Schemas.OneOf("What became of it.", States)),
        ("reason", Schemas.Text("Why it ended without being delivered.").OrNull()),
        ("nextAttemptAt", Schemas.Instant("Not before then; null once final or under way.").OrNull()),
        ("attempts", Schemas.List("Oldest first.", Schemas.Ref("Attempt"))),
    ];
}
