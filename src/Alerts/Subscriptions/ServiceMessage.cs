namespace Alerts.Subscriptions;

/// <summary>Types of service messages.</summary>
internal enum ServiceMessage
{
    /// <summary>Asks an email address to confirm.</summary>
    Confirmation,

    /// <summary>Asks a webhook endpoint to answer with the challenge.</summary>
    Verification,

    /// <summary>Shows that messages arrive.</summary>
    Test,

    /// <summary>Sends the manage link to the owner of an address again.</summary>
    ManageLink,

    /// <summary>Asks the contact of a webhook to confirm.</summary>
    ContactConfirmation,

    /// <summary>Warns the contact of a webhook that its endpoint keeps failing.</summary>
    Warning,

    /// <summary>Sent after an email address is confirmed: lists the next alerts and all links.</summary>
    Welcome,
}

/// <summary>Maps service messages to their purpose and recipient.</summary>
internal static class ServiceMessages
{
    /// <summary>The word in a delivery's <c>purpose</c>, as stored.</summary>
    public static string Purpose(this ServiceMessage message) => message switch
    {
        ServiceMessage.Confirmation or ServiceMessage.ContactConfirmation => "confirmation",
        ServiceMessage.Verification => "verification",
        ServiceMessage.Test => "test",
        ServiceMessage.ManageLink => "links",
        ServiceMessage.Warning => "warning",
        ServiceMessage.Welcome => "welcome",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether the message is emailed to a webhook's contact instead of sent to the endpoint.</summary>
    public static bool IsForContact(this ServiceMessage message) =>
        message is ServiceMessage.ContactConfirmation or ServiceMessage.Warning;
}
