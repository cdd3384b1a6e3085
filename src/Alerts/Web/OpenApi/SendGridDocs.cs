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
        "takeSendGridEvents", ServiceDocs.Tag, "Receive events from SendGrid",
        "For SendGrid's signed event webhook. Records deliveries, bounces and complaints in the ledger. "
        + "A permanent bounce or a complaint ends the subscription; without our arguments, it ends every "
        + "subscription of the mailbox, if that was emailed within 7 days. "
        + "Unreadable and irrelevant events are skipped. Events can be sent again.")
    {
        Parameters =
        [
            Header(
                SendGridEvents.SignatureHeader,
                "ECDSA (P-256, SHA-256) over the timestamp and the body's bytes, in base64.",
                Schemas.Text("A signature."),
                "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="),
            Header(
                SendGridEvents.TimestampHeader, "Time of the signature, in seconds since 1970.",
                Schemas.Text("A timestamp."), "1600112502"),
        ],
        Body = new(
            null,
            ("bounce",
                """
                [{"email":"reader@example.com","event":"bounce","type":"bounce","reason":"550 no such mailbox",
                 "sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9O","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm",
                 "subscription_id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm"}]
                """),
            ("delivered",
                """[{"email":"reader@example.com","event":"delivered","alert_key":"al_3yz6onxmrvko43gvrlohn2dztm"}]"""))
        {
            SchemaName = "SendGridEventList",
        },
        TakesBodyAsItComes = true,
        Answers =
        [
            new(204, "All events are recorded."),
            Problem(400, SendGridHook.NoEvents),
            Problem(401, SendGridHook.NotSigned),
            Problem(413, SendGridHook.TooLarge),
        ],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
    [
        new("SendGridEventList", Schemas.List("Events, in any order.", Schemas.Ref("SendGridEvent"))),
        new("SendGridEvent", Schemas.Open(
            "One event; other members are ignored.",
            ("event", Schemas.Text("processed, delivered, dropped, bounce, spamreport, or one that is ignored.")),
            ("type", Schemas.Text("For a bounce: `bounce` if it may be permanent; otherwise only this email failed.")),
            ("status", Schemas.Text("For a bounce: the enhanced status code; 5.x.x or none is permanent.")),
            ("smtp-id", Schemas.Text("The email's Message-ID; identifies it when our arguments are missing.")),
            ("email", Schemas.Text("The recipient's address.")),
            ("reason", Schemas.Text("Reason given by the receiving server.")),
            ("alert_key", Schemas.Text("Our argument: the message's key.")),
            ("subscription_id", Schemas.Text("Our argument: the subscription's id.")))),
    ];

    private static AnswerDoc Problem(int status, string detail) => new(
        status, detail, typeof(ProblemResponse),
        $$"""
        {"type":"about:blank",
         "title":"{{Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status)}}",
         "status":{{status.ToString(System.Globalization.CultureInfo.InvariantCulture)}},
         "detail":"{{detail}}","errors":[]}
        """)
    {
        ContentType = "application/problem+json",
    };
}
