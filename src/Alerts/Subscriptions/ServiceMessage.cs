namespace Alerts.Subscriptions;

/// <summary>The service messages; the word is stored with the delivery.</summary>
internal enum ServiceMessage
{
    /// <summary>Asks a mail address to confirm.</summary>
    Confirmation,

    /// <summary>Asks a webhook endpoint to answer with the challenge.</summary>
    Verification,

    /// <summary>Shows that the way works.</summary>
    Test,

    /// <summary>Gives the owner of an address the manage link again.</summary>
    ManageLink,

    /// <summary>Asks the contact of a webhook to confirm.</summary>
    ContactConfirmation,

    /// <summary>Tells the contact of a webhook that its endpoint keeps failing.</summary>
    Warning,

    /// <summary>Follows the confirmation of an email address: the next alerts and all links.</summary>
    Welcome,
}

/// <summary>What a service message is for, and whom.</summary>
internal static class ServiceMessages
{
    /// <summary>The word in a delivery's <c>purpose</c>.</summary>
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

    /// <summary>Whether it is for a webhook's contact, by mail, and not for the endpoint.</summary>
    public static bool IsForContact(this ServiceMessage message) =>
        message is ServiceMessage.ContactConfirmation or ServiceMessage.Warning;
}
