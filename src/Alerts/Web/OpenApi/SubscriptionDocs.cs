using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes subscriptions in the API document.</summary>
internal static class SubscriptionDocs
{
    public const string Tag = "Subscriptions";

    public static readonly ParameterDoc Id = Path(
        "id",
        "The subscription's id.",
        Schemas.Text("As the answer to its making gave it.", atLeast: 1),
        "sub_4fzyo62mvyr7p3kfhu2z7krgnm");

    private const string Preferences =
        "\"topics\":[\"tariffs\"],\"leads\":[\"P7D\",\"P1D\"],\"timeZone\":\"America/New_York\"";

    private const string Members =
        """
        "channel":{"type":"webhook","url":"https://example.com/hook","format":"standard"},
        "dates":[],"topics":["tariffs"],"leads":["P7D","P1D"],"timeZone":"America/New_York","at":"09:00",
        "quietHours":{"from":"22:00","to":"07:00"},"createdAt":"2025-10-25T00:00:00Z"
        """;

    private const string Subscription = $$"""{"id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","status":"active",{{Members}}}""";
    private const string Queued = """{"queued":1}""";

    public static readonly RouteDoc Subscribe = new(
        "subscribe",
        Tag,
        "Subscribe",
        "By email: 202, the same whether or not the address is known; "
        + "it is pending until the link in its confirmation email is opened and the button there pressed. "
        + "By webhook: 201 with the signing secret and the manage token, both shown this once; "
        + "it is pending until the endpoint has answered a signed `webhook.verification`. "
        + "Empty `dates` and `topics` follow everything."
    )
    {
        Parameters =
        [
            Header(
                "Idempotency-Key",
                "Makes it safe to ask again when an answer was lost: the same key with the same body gets the same "
                + "answer, and nothing is made twice, for 24 hours. With another body, and for a webhook from another "
                + "client address, it is a 409. Take a random one (a UUID) for each subscription.",
                Schemas.Text("16 to 255 visible ASCII characters.", 16, 255), "5f0c2f1e-8c38-4f0e-9a53-0b1f5f4a6f10"),
        ],
        Body = new(
            "SubscribeInput", true,
            ("email", $$"""{"channel":{"type":"email","address":"reader@example.com"},{{Preferences}}}"""),
            (
                "webhook",
                """
                {"channel":{"type":"webhook","url":"https://example.com/hook"},"dates":["us-china-truce-expiry"],
                 "leads":["P7D","3BD/US-FEDERAL","PT1H"],"timeZone":"Europe/Berlin","at":"08:30",
                 "quietHours":{"from":"22:00","to":"07:00"}}
                """
            )),
        Answers =
        [
            new(
                201,
                "A webhook subscription, with what is shown only now.",
                typeof(NewSubscriptionResponse),
                $$"""
                {"id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","status":"pending",
                 "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
                 "manageToken":"sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A",
                 {{Members}}}
                """
            )
            {
                Headers = ["Location"],
            },
            new(202, "By email: look into the mailbox.", typeof(PendingResponse), """{"status":"pending"}"""),
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Preview = new(
        "previewSubscription",
        Tag,
        "Preview a subscription",
        "Every reminder it would get for the dates known, in order of `dueAt`, then `keyDateId`, then `lead`. "
        + "Stores nothing. It is whole, not paged."
    )
    {
        Body = new(
            "PreviewInput",
            true,
            ("everything", """{"leads":["P7D","P1D"],"timeZone":"Asia/Tokyo","now":"2025-10-25T00:00:00Z"}""")
        ),
        Answers =
        [
            new(
                200,
                "The reminders.",
                typeof(PreviewResponse),
                """
                {"items":[{"keyDateId":"us-china-truce-expiry","revision":2,"lead":"P7D",
                 "dueAt":"2026-11-03T00:00:00Z"}]}
                """
            ),
        ],
    };

    public static readonly RouteDoc Get = new("getSubscription", Tag, "Get a subscription", "The current version.")
    {
        Access = Access.Owner,
        Parameters = [Id],
        Answers = [new(200, "The subscription.", typeof(SubscriptionResponse), Subscription)],
    };

    public static readonly RouteDoc Patch = new(
        "patchSubscription",
        Tag,
        "Change a subscription",
        "A JSON merge patch (RFC 7396): what it names is replaced, `null` takes away, the rest stays. "
        + "The channel cannot be changed."
    )
    {
        Access = Access.Owner,
        Parameters = [Id],
        Body = new("SubscriptionPatch", true, ("hour", """{"at":"07:30","quietHours":null}""")),
        Answers = [new(200, "The subscription as it now is.", typeof(SubscriptionResponse), Subscription)],
        Problems = [409],
    };

    public static readonly RouteDoc Delete = new(
        "deleteSubscription",
        Tag,
        "End a subscription",
        "Nothing more is sent; may be repeated, and undone for 30 days.")
    {
        Access = Access.Owner,
        Parameters = [Id],
        Answers = [new(204, "It has ended.")],
    };

    public static readonly RouteDoc Resume = new(
        "resumeSubscription",
        Tag,
        "Undo ending a subscription",
        "Possible for 30 days. It gets what falls due from now on, and corrections of what it was told before; "
        + "may be repeated."
    )
    {
        Access = Access.Owner,
        Parameters = [Id],
        Answers = [new(200, "The subscription as it now is.", typeof(SubscriptionResponse), Subscription)],
        Problems = [409],
    };

    public static readonly RouteDoc Test = new(
        "testSubscription", Tag, "Send a test message",
        "To an endpoint that is pending or disabled the verification is sent again, unless one is still waiting (then "
        + "`queued` is 0); to a pending address its confirmation mail.")
    {
        Access = Access.Owner,
        Parameters = [Id],
        Answers = [new(202, "It is queued.", typeof(QueuedResponse), Queued)],
        Problems = [409],
    };

    public static readonly RouteDoc RotateSecret = new(
        "rotateSecret",
        Tag,
        "Make a new signing secret",
        "The old ones sign beside it for 24 hours.")
    {
        Access = Access.Owner,
        Parameters = [Id],
        Answers =
        [
            new(
                200,
                "The new secret, shown this once.",
                typeof(SecretResponse),
                """{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}"""
            ),
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Recover = new(
        "recoverDeliveries",
        Tag,
        "Send again what failed while disabled",
        "What fell due while the endpoint was disabled, since an instant, at most 14 days ago, "
        + "as far as it is still owed."
    )
    {
        Access = Access.Owner,
        Parameters = [Id],
        Body = new("RecoverInput", true, ("since", """{"since":"2025-11-10T05:01:00Z"}""")),
        Answers = [new(202, "How many are queued.", typeof(QueuedResponse), """{"queued":3}""")],
        Problems = [409],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
        [
            new(
                "SubscribeInput",
                Schemas.Request(
                    "Who shall be told of what, when.",
                    ["channel", "leads", "timeZone"],
                    [("channel", Schemas.Ref("ChannelInput")), .. PreferencesInput()])),
            new(
                "PreviewInput",
                Schemas.Request(
                    "As for subscribing; `channel` may be absent.",
                    ["leads", "timeZone"],
                    [
                        ("channel", Schemas.RefOrNull("ChannelInput")),
                        .. PreferencesInput(),
                        (
                            "now",
                            Schemas
                                .Text(
                                    "From when to count, with an offset; the service's clock when absent.",
                                    format: "date-time")
                                .OrNull()),
                    ])),
            new("SubscriptionPatch", Schemas.Request("What to change.", [], PreferencesInput())),
            .. ChannelDocs.Components,
            new(
                "RecoverInput",
                Schemas.Request(
                    "From when on.",
                    ["since"],
                    ("since", Schemas.Text("An instant with an offset.", format: "date-time")))),
        ];

    private static IReadOnlyList<(string, IOpenApiSchema)> PreferencesInput() =>
        [
            (
                "dates",
                Schemas
                    .List(
                        "Ids of key dates to follow by name; they must exist.",
                        Schemas.Slug("A date's id."),
                        atMost: 500)
                    .OrNull()),
            (
                "topics",
                Schemas.List("Topics to follow; they need not exist yet.", Schemas.Slug("A topic."), atMost: 20)
                    .OrNull()),
            (
                "leads",
                Schemas.List(
                    "How long before the date to tell: ISO 8601 durations of up to 2 years, or business days.",
                    Schemas.Text("P7D, PT1H, P0D, 3BD, 3BD/us-federal.", 1, 64),
                    20,
                    1)),
            ("timeZone", Schemas.Zone("An IANA time zone.")),
            ("at", Schemas.TimeOfDay("The local hour for leads of days and longer; 09:00 when absent.").OrNull()),
            ("quietHours", Schemas.RefOrNull("QuietHours")),
        ];
}
