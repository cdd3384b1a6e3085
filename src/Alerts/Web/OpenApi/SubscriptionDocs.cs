using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes subscriptions in the API document.</summary>
internal static class SubscriptionDocs
{
    public const string Tag = "Subscriptions";

    public static readonly ParameterDoc Id = Path(
        "id", "The subscription's id.",
        Schemas.Text("The `id` from the subscribe response.", atLeast: 1),
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
        "subscribe", Tag, "Subscribe",
        "By email: 202, the same whether or not the address is known. The subscription is pending until the button "
        + "behind the link in the confirmation email is pressed. By webhook: 201 with the signing secret and the "
        + "manage token, both shown only once. The subscription is pending until the endpoint responds to a signed "
        + "`webhook.verification`. If `dates` and `topics` are both empty, all key dates are followed.")
    {
        Parameters =
        [
            Header(
                "Idempotency-Key",
                "Makes retries safe. For 24 hours, a repeat with the same key and the same body returns the same "
                + "response and creates nothing. A repeat with another body, or for a webhook from another "
                + "client address, returns 409. Use a random key (a UUID) for each subscription.",
                Schemas.Text("16 to 255 visible ASCII characters.", 16, 255), "5f0c2f1e-8c38-4f0e-9a53-0b1f5f4a6f10"),
        ],
        Body = new(
            typeof(SubscribeRequest),
            ("email", $$"""{"channel":{"type":"email","address":"reader@example.com"},{{Preferences}}}"""),
            ("webhook",
                """
                {"channel":{"type":"webhook","url":"https://example.com/hook"},"dates":["us-china-truce-expiry"],
                 "leads":["P7D","3BD/US-FEDERAL","PT1H"],"timeZone":"Europe/Berlin","at":"08:30",
                 "quietHours":{"from":"22:00","to":"07:00"}}
                """)),
        Answers =
        [
            new(
                201,
                "The webhook subscription, with the secret and token that are shown only once.",
                typeof(NewSubscriptionResponse),
                $$"""
                {"id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","status":"pending",
                 "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
                 "manageToken":"sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A",
                 {{Members}}}
                """)
            {
                Headers = ["Location"],
            },
            new(202, "By email: accepted; check the mailbox.", typeof(PendingResponse), """{"status":"pending"}"""),
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Preview = new(
        "previewSubscription", Tag, "Preview a subscription",
        "All reminders it would get for the known dates, ordered by `dueAt`, then `keyDateId`, then `lead`. "
        + "Stores nothing. Not paged.")
    {
        Body = new(
            typeof(PreviewRequest),
            ("everything", """{"leads":["P7D","P1D"],"timeZone":"Asia/Tokyo","now":"2025-10-25T00:00:00Z"}""")),
        Answers =
        [
            new(200, "The reminders.", typeof(PreviewResponse),
                """
                {"items":[{"keyDateId":"us-china-truce-expiry","revision":2,"lead":"P7D",
                 "dueAt":"2026-11-03T00:00:00Z"}]}
                """),
        ],
    };

    public static readonly RouteDoc Get = new("getSubscription", Tag, "Get a subscription", "The current version.")
    {
        Parameters = [Id],
        Answers = [new(200, "The subscription.", typeof(SubscriptionResponse), Subscription)],
    };

    public static readonly RouteDoc Patch = new(
        "patchSubscription", Tag, "Change a subscription",
        "A JSON merge patch (RFC 7396): members given are replaced, `null` removes, the rest stays. "
        + "The channel cannot be changed.")
    {
        Parameters = [Id],
        Body = new(typeof(SubscriptionPatchBody), ("hour", """{"at":"07:30","quietHours":null}""")),
        Answers = [new(200, "The updated subscription.", typeof(SubscriptionResponse), Subscription)],
        Problems = [409],
    };

    public static readonly RouteDoc Delete = new(
        "deleteSubscription", Tag, "End a subscription",
        "Nothing more is sent. Can be repeated, and undone for 30 days.")
    {
        Parameters = [Id],
        Answers = [new(204, "The subscription has ended.")],
    };

    public static readonly RouteDoc Resume = new(
        "resumeSubscription", Tag, "Undo ending a subscription",
        "Possible for 30 days. The subscription gets alerts due from now on and corrections of earlier ones. "
        + "Can be repeated.")
    {
        Parameters = [Id],
        Answers = [new(200, "The resumed subscription.", typeof(SubscriptionResponse), Subscription)],
        Problems = [409],
    };

    public static readonly RouteDoc Test = new(
        "testSubscription", Tag, "Send a test message",
        "A pending or disabled endpoint gets the verification again, unless one is still waiting (then "
        + "`queued` is 0). A pending email address gets its confirmation email again.")
    {
        Parameters = [Id],
        Answers = [new(202, "The message is queued.", typeof(QueuedResponse), Queued)],
        Problems = [409],
    };

    public static readonly RouteDoc RotateSecret = new(
        "rotateSecret", Tag, "Rotate the signing secret", "Earlier secrets also sign for 24 hours.")
    {
        Parameters = [Id],
        Answers =
        [
            new(200, "The new secret, shown only once.", typeof(SecretResponse),
                """{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}"""),
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Recover = new(
        "recoverDeliveries", Tag, "Resend what failed while disabled",
        "Resends alerts that fell due while the endpoint was disabled, from `since` (at most 14 days ago), "
        + "if they still apply.")
    {
        Parameters = [Id],
        Body = new(typeof(RecoverRequest), ("since", """{"since":"2025-11-10T05:01:00Z"}""")),
        Answers = [new(202, "Number of queued deliveries.", typeof(QueuedResponse), """{"queued":3}""")],
        Problems = [409],
    };
}
