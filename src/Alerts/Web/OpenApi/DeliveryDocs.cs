using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Deliveries and figures in the API's document.</summary>
internal static class DeliveryDocs
{
    public const string Tag = "Deliveries";

    private const string Delivery =
        """
        {"alertKey":"al_n4cshw3kfmwgcyvlhv5jzvkqxy","keyDateId":"us-china-truce-expiry","revision":1,"kind":"reminder","lead":"P1D",
         "dueAt":"2025-11-09T14:00:00Z","expires":"2025-11-10T05:01:00Z","state":"delivered","reason":null,"nextAttemptAt":null,
         "attempts":[{"at":"2025-11-09T14:00:00.12Z","status":200,"milliseconds":85,"response":"ok"}]}
        """;

    private static readonly string[] States = ["queued", "sending", "retrying", "delivered", "failed", "expired", "void"];

    public static readonly RouteDoc ListOfSubscription = new("listDeliveries", Tag, "List a subscription's deliveries", "Newest first.")
    {
        Access = Access.Owner,
        Parameters = [SubscriptionDocs.Id, .. Paging.Parameters],
        Answers = [new(200, "A page of deliveries.", "DeliveryList", $$"""{"items":[{{Delivery}}],"cursor":null}""")],
        Problems = [400],
    };

    public static readonly RouteDoc Resend = new(
        "resendDelivery", Tag, "Send a delivery again",
        "Under the same key, with fresh attempts and no deadline. For what was delivered, failed or expired, while its revision is current.")
    {
        Access = Access.Owner,
        Parameters = [SubscriptionDocs.Id, Path("key", "The delivery's alert key.", Shape.Text("As the list gave it.", atLeast: 1), "al_n4cshw3kfmwgcyvlhv5jzvkqxy")],
        Answers = [new(202, "It is queued.", "Queued", """{"queued":1}""")],
        Problems = [409],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Shapes =>
    [
        new("DeliveryList", Shape.Page("A page of deliveries.", "Delivery")),
        new("Delivery", Shape.Answer("The record of handing one alert to its channel.", DeliveryMembers())),
        new("Attempt", Shape.Answer(
            "One attempt.",
            ("at", Shape.Instant("When it began.")),
            ("status", Shape.Number("The HTTP or SMTP status; null when there was none.").OrNull()),
            ("milliseconds", Shape.Number("How long it took; null when broken off.").OrNull()),
            ("response", Shape.Text("The first 2,000 characters of what was answered, or what went wrong; null once erased.").OrNull()))),
    ];

    private static IReadOnlyList<(string, IOpenApiSchema)> DeliveryMembers() =>
    [
        ("alertKey", Shape.Text("The alert's key, the same everywhere it appears.", pattern: "^al_[a-z2-7]{26}$")),
        ("keyDateId", Shape.Slug("Of which date.")),
        ("revision", Shape.Number("Of which revision.", 1)),
        ("kind", Shape.OneOf("What it tells.", "reminder", "rescheduled", "cancelled")),
        ("lead", Shape.Text("Which lead; `-` for a correction.")),
        ("dueAt", Shape.Instant("When it was owed.")),
        ("expires", Shape.Instant("No attempt begins after it; null for never.").OrNull()),
        ("state", Shape.OneOf("What became of it.", States)),
        ("reason", Shape.Text("Why it ended without being delivered.").OrNull()),
        ("nextAttemptAt", Shape.Instant("Not before then; null once final or under way.").OrNull()),
        ("attempts", Shape.List("Oldest first.", Shape.Ref("Attempt"))),
    ];
}
