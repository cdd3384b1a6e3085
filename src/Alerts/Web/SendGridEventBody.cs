using System.Text.Json.Serialization;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>One event; other members are ignored.</summary>
[Open]
internal sealed record SendGridEventBody
{
    /// <summary>processed, delivered, dropped, bounce, spamreport, or one that is ignored.</summary>
    public string Event { get; init; } = "";

    /// <summary>For a bounce: <c>bounce</c> if it may be permanent; otherwise only this email failed.</summary>
    public string Type { get; init; } = "";

    /// <summary>For a bounce: the enhanced status code; 5.x.x or none is permanent.</summary>
    public string Status { get; init; } = "";

    /// <summary>The email's Message-ID; identifies it when our arguments are missing.</summary>
    [JsonPropertyName("smtp-id")] public string SmtpId { get; init; } = "";

    /// <summary>The recipient's address.</summary>
    public string Email { get; init; } = "";

    /// <summary>Reason given by the receiving server.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Our argument: the message's key.</summary>
    [JsonPropertyName("alert_key")] public string AlertKey { get; init; } = "";

    /// <summary>Our argument: the subscription's id.</summary>
    [JsonPropertyName("subscription_id")] public string SubscriptionId { get; init; } = "";
}
