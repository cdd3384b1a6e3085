using Alerts.Senders.Email;
using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Describes the route that SendGrid calls in the API document. Present only if the service sends through SendGrid.
/// </summary>
internal static class SendGridDocs
{
    public static readonly RouteDoc Events = new(
        "takeSendGridEvents", ServiceDocs.Tag, "Take word of mails from SendGrid",
        "For SendGrid's signed event webhook: deliveries, bounces and complaints go into the ledger. "
        + "A permanent bounce or a complaint ends the subscription; one without our arguments ends those of its "
        + "mailbox, if they were mailed within 7 days. An event that cannot be read or means nothing here is skipped, "
        + "and the same events may come again.")
    {
        Parameters =
        [
            Header(
                SendGridEvents.SignatureHeader,
                "ECDSA (P-256, SHA-256) over the timestamp and the body's bytes, in base64.",
                Schemas.Text("A signature."),
                "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="),
            Header(
                SendGridEvents.TimestampHeader,
                "When it was signed, in seconds since 1970.",
                Schemas.Text("A timestamp."),
                "1600112502"),
        ],
        Body = new(
            "SendGridEventList",
            true,
            (
                "bounce",
                """
                [{"email":"reader@example.com","event":"bounce","type":"bounce","reason":"550 no such mailbox",
                 "sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9O","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm",
                 "subscription_id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm"}]
                """
            ),
            (
                "delivered",
                """[{"email":"reader@example.com","event":"delivered","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm"}]"""
            )),
        TakesBodyAsItComes = true,
        Answers =
        [
            new(204, "All of it is recorded."),
            Problem(400, SendGridHook.NoEvents),
            Problem(401, SendGridHook.NotSigned),
            Problem(413, SendGridHook.TooLarge),
        ],
        IsLimited = false,
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
    [
        new("SendGridEventList", Schemas.List("Events, in any order.", Schemas.Ref("SendGridEvent"))),
        new("SendGridEvent", Schemas.Open(
            "One event; what else SendGrid says of it is ignored.",
            ("event", Schemas.Text(
                "processed, delivered, dropped, bounce, spamreport, or one that means nothing here.")),
            ("type", Schemas.Text(
                "Of a bounce: `bounce` when it may be permanent; else a failure of that mail alone.")),
            ("status", Schemas.Text("Of a bounce: the enhanced status code; one of 5.x.x, or none, is permanent.")),
            ("smtp-id", Schemas.Text("The mail's Message-ID, which names it when our arguments are missing.")),
            ("email", Schemas.Text("The mailbox.")),
            ("reason", Schemas.Text("The other side's words.")),
            ("alert_key", Schemas.Text("Our own argument: which message.")),
            ("subscription_id", Schemas.Text("Our own argument: whose.")))),
    ];

    private static AnswerDoc Problem(int status, string detail) =>
        new(
            status,
            detail,
            typeof(ProblemResponse),
            $$"""
            {"type":"about:blank",
             "title":"{{Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status)}}",
             "status":{{status.ToString(System.Globalization.CultureInfo.InvariantCulture)}},
             "detail":"{{detail}}","errors":[]}
            """
        )
        {
            ContentType = "application/problem+json",
        };
}
