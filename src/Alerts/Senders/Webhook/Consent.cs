using System.Text.Json;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Checks whether the body of a 2xx response to a verification is consent: a deliberate answer,
/// not an echo of the request.
/// </summary>
internal static class Consent
{
    private const string Value = "the value of data.challenge alone";
    private const string Member = """{"challenge": "<that value>"}""";

    /// <summary>Why an answer is not consent, for the log of attempts.</summary>
    public const string Missing = $"No consent: the body must be {Value}, or {Member}.";

    /// <summary>Tells an endpoint's owner what the endpoint must answer.</summary>
    public const string HowTo =
        $"Answer the signed message of type webhook.verification with a status of 2xx and {Value} as the body, "
        + $"or with {Member}. Sending the message back does not count as consent.";

    /// <summary>
    /// Whether the body is the challenge alone (as text or a JSON string; surrounding white space is ignored), or a
    /// JSON object whose member <c>challenge</c> equals it and that has no member <c>type</c> or <c>data</c>.
    /// </summary>
    public static bool IsGiven(string body, string challenge)
    {
        var text = body.Trim().TrimStart('\uFEFF').Trim();
        if (text == challenge)
        {
            return true;
        }

        if (text is not ['{' or '"', ..])
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.String
                ? json.RootElement.GetString() == challenge : IsAnswer(json.RootElement, challenge);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or a string with an unpaired surrogate
        }
    }

    private static bool IsAnswer(JsonElement answer, string challenge)
    {
        var given = 0;
        foreach (var member in answer.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "data":
                    return false; // members of our own event: this is an echo
                case "challenge" when member.Value.ValueKind != JsonValueKind.String
                    || member.Value.GetString() != challenge:
                    return false;
                case "challenge":
                    given++;
                    break;
            }
        }

        return given == 1;
    }
}
