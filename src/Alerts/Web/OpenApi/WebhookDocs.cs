using System.Text.Json.Nodes;
using Alerts.Dates;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Describes what the service sends to the endpoints of webhook subscriptions: the <c>webhooks</c> of the API document.
/// </summary>
internal static class WebhookDocs
{
    private const string AtChange = "2025-11-04T12:00:00Z";

    private const string VerificationHowTo =
        "Respond 2xx with only the value of `data.challenge` as the body (`q0VYNzT9bWkV2Yc8i1Yk5o`, as text "
        + "or as a JSON string) or with `{\"challenge\":\"q0VYNzT9bWkV2Yc8i1Yk5o\"}`. An echo of the event "
        + "does not count. Until then the subscription is pending. There are up to four attempts (at once, after 5 "
        + "seconds, 5 minutes and 30 minutes); a test restarts them. A host name gets at most 6 "
        + "unanswered verifications a minute and 30 an hour, an IP address 60 a minute; further ones wait. "
        + "With `format: cloudevents`, the CloudEvents OPTIONS handshake is used instead.";

    private const string Consented =
        "Verified, if the body is only the challenge or `{\"challenge\":\"…\"}`. An echo does not count.";

    private const string Failed =
        "A failed attempt, including redirects. There are ten over three days, within the deadline. `Retry-After` is "
        + "honoured on 429, 502, 503 and 504.";

    private static readonly Event[] All =
    [
        new("deadline.reminder", "onReminder", "ReminderData", "2025-11-09T14:00:00Z", WebhookExamples.Reminder,
            "A key date is approaching",
            "Sent before a key date, at each lead of the subscription. `timestamp` is when the reminder was due; "
            + "`remaining` counts from this attempt."),
        new("deadline.rescheduled", "onRescheduled", "RescheduledData", AtChange, WebhookExamples.Rescheduled,
            "A key date was moved or reinstated", "Sent if the last notification differs; `previous` is its content."),
        new("deadline.cancelled", "onCancelled", "CancelledData", AtChange, WebhookExamples.Cancelled,
            "A key date was cancelled",
            "Sent if the subscription was notified of the date; `previous` is the last notification."),
        new("webhook.verification", "onVerification", "VerificationData", AtChange, WebhookExamples.Verification,
            "The endpoint must be verified", VerificationHowTo),
        new("webhook.test", "onTest", "TestData", AtChange, WebhookExamples.Test,
            "The owner requested a test", "Respond 2xx."),
    ];

    private static readonly HeaderParameter[] Signature =
    [
        new("webhook-id",
            "The alert key, or the id of a verification or test (`msg_…`). The same on every attempt. "
            + "Ignore ids already processed.",
            "al_3yz6onxmrvko43gvrlohn2dztm") { Shortest = 1 },
        new("webhook-timestamp",
            "Time of this attempt, in seconds since 1970. Reject timestamps that are minutes off.",
            "1762696800") { Pattern = "^[0-9]+$" },
        new("webhook-signature",
            "Standard Webhooks 1.0: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with the secret's "
            + "bytes. Several for 24 hours after a rotation, separated by spaces, the newest secret's first.",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")
            { Pattern = "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$" },
    ];

    public static Dictionary<string, IOpenApiPathItem> Written(OpenApiDocument document) => All.ToDictionary(
        one => one.Type,
        one =>
        {
            var isVerification = one.Type == "webhook.verification";
            var content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = Standard(one) };
            if (!isVerification)
            {
                content["application/cloudevents+json"] = CloudEvent(one);
            }

            var operation = new OpenApiOperation
            {
                OperationId = one.Id,
                Tags = new HashSet<OpenApiTagReference> { new(Tags.Webhooks, document) },
                Summary = one.Summary,
                Description = one.Description,
                Parameters = [.. Signature.Select(header => Operations.Header(header, isRequired: true))],
                RequestBody = new OpenApiRequestBody { Required = true, Content = content },
                Responses = new OpenApiResponses
                {
                    ["2XX"] = new OpenApiResponse { Description = isVerification ? Consented : "Delivered." },
                    ["410"] = new OpenApiResponse { Description = "Disables the endpoint at once." },
                    ["default"] = new OpenApiResponse { Description = Failed },
                },
            };
            var item = new OpenApiPathItem();
            item.AddOperation(HttpMethod.Post, operation);
            return (IOpenApiPathItem)item;
        });

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
    [
        new("ReminderData", Data(
            Schemas.Text("The lead, as in the subscription.", atLeast: 1), Remaining,
            Schemas.Instant("No attempt starts after this time."), Nothing("Only corrections have a previous state."))),
        new("RescheduledData", Data(
            Nothing("Corrections have no lead."), Remaining, Nothing("A correction does not expire."),
            Schemas.Ref("ToldBefore"))),
        new("CancelledData", Data(
            Nothing("Corrections have no lead."), Nothing("The date is cancelled."),
            Nothing("A correction does not expire."), Schemas.Ref("ToldBefore"))),
        new("VerificationData", Schemas.Response(
            "The challenge to return.",
            ("challenge", Schemas.Text("Return it in the response.", atLeast: 1)), ("subscriptionId", SubscriptionId))),
        new("TestData", Schemas.Response("Data of a test message.", ("subscriptionId", SubscriptionId))),
        new("ToldKeyDate", Schemas.Response(
            "The current key date.", ("id", Schemas.Slug("The key date's id.")),
            ("title", Schemas.Text("Name of the event.", 1, 200)),
            ("summary", Schemas.Text("Further details; may have several lines.", atMost: 2000).OrNull()),
            ("topics", Schemas.List("Tags of the key date.", Schemas.Slug("A topic."), atMost: 20)),
            ("when", Schemas.Ref("Moment")), ("end", Schemas.RefOrNull("Moment")),
            ("status", Schemas.OneOf("How certain the date is.", EnumWords.All<DateStatus>())),
            ("revision", Schemas.Number("Revision of the key date.", 1)),
            ("source", Schemas.Text("Where the date is announced.", format: "uri").OrNull()),
            ("url", Schemas.Text("The key date's page.", format: "uri")))),
        new("ToldBefore", Schemas.Response(
            "Content of the last notification.", ("when", Schemas.Ref("Moment")), ("end", Schemas.RefOrNull("Moment")),
            ("status", Schemas.OneOf("How certain the date was.", EnumWords.All<DateStatus>())),
            ("revision", Schemas.Number("Revision at that time.", 1)))),
    ];

    private static OpenApiSchema SubscriptionId => Schemas.Text("The subscription's id.", atLeast: 1);

    private static OpenApiSchema Remaining => Schemas.Text(
        "Time from this attempt to the start, to the minute: an ISO 8601 duration; `PT0S` once begun.", atLeast: 1);

    private static OpenApiSchema Data(
        IOpenApiSchema lead, IOpenApiSchema remaining, IOpenApiSchema expires, IOpenApiSchema previous) =>
        Schemas.Response(
            "One alert.",
            ("alertKey", Schemas.Text("The alert's key; the same wherever it appears.", pattern: "^al_[a-z2-7]{26}$")),
            ("subscriptionId", SubscriptionId), ("lead", lead), ("dueAt", Schemas.Instant("When it was due.")),
            ("remaining", remaining),
            ("late", Schemas.Flag("Whether this attempt is more than 10 minutes late.")),
            ("expires", expires), ("keyDate", Schemas.Ref("ToldKeyDate")), ("previous", previous));

    private static OpenApiSchema Nothing(string why) =>
        new() { Type = JsonSchemaType.Null, Description = "Null. " + why };

    private static OpenApiMediaType Standard(Event one) => new()
    {
        Schema = Schemas.Response(
            "An event.", ("type", Schemas.OneOf("The kind of event.", one.Type)),
            ("timestamp", Schemas.Instant("Time of the event.")), ("data", Schemas.Ref(one.Data))),
        Example = new JsonObject
        {
            ["type"] = one.Type,
            ["timestamp"] = one.Timestamp,
            ["data"] = JsonNode.Parse(one.Example),
        },
    };

    /// <summary>The body for <c>format: "cloudevents"</c>: a structured CloudEvents 1.0 event.</summary>
    private static OpenApiMediaType CloudEvent(Event one)
    {
        var isAlert = one.Type.StartsWith("deadline.", StringComparison.Ordinal);
        var schema = Schemas.Response(
            "A CloudEvents 1.0 event.",
            ("specversion", Schemas.OneOf("Version of CloudEvents.", "1.0")),
            ("id", Schemas.Text("Same as webhook-id.", atLeast: 1)),
            ("source", Schemas.Text("This service.", format: "uri")),
            ("type", Schemas.OneOf("The kind of event.", one.Type)), ("subject", Schemas.Slug("The key date's id.")),
            ("time", Schemas.Instant("Time of the event.")),
            ("datacontenttype", Schemas.OneOf("Content type of `data`.", "application/json")),
            ("data", Schemas.Ref(one.Data)));
        var written = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "al_3yz6onxmrvko43gvrlohn2dztm",
            ["source"] = "https://alerts.example.com",
            ["type"] = one.Type,
            ["subject"] = "us-china-truce-expiry",
            ["time"] = one.Timestamp,
            ["datacontenttype"] = "application/json",
            ["data"] = JsonNode.Parse(one.Example),
        };
        if (!isAlert)
        {
            schema.Properties!.Remove("subject");
            schema.Required!.Remove("subject");
            written.Remove("subject");
        }

        return new OpenApiMediaType { Schema = schema, Example = written };
    }

    /// <summary>One type of event.</summary>
    /// <param name="Data">The name of the schema of its <c>data</c>.</param>
    /// <param name="Timestamp">The time of the event in the example.</param>
    /// <param name="Example">Its <c>data</c> in the example.</param>
    private sealed record Event(
        string Type, string Id, string Data, string Timestamp, string Example, string Summary, string Description);
}
