namespace Alerts.Subscriptions;

/// <summary>The format of a webhook's bodies, which also determines how its endpoint is verified.</summary>
internal enum WebhookFormat
{
    /// <summary><c>standard</c>: as Standard Webhooks 1.0 recommends; verified by a challenge (default).</summary>
    Standard,

    /// <summary><c>cloudevents</c>: structured CloudEvents 1.0; verified by an OPTIONS handshake.</summary>
    CloudEvents,
}

internal static class WebhookFormats
{
    /// <summary>The format's name on the pages.</summary>
    public static string Title(this WebhookFormat format) => format switch
    {
        WebhookFormat.Standard => "Standard Webhooks",
        WebhookFormat.CloudEvents => "CloudEvents",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Parses a format; null when the word is not a format.</summary>
    public static WebhookFormat? Of(string word) => EnumWords.Find<WebhookFormat>(word);

    /// <summary>The words in quotes, for error messages.</summary>
    public static string Words =>
        string.Join(" or ", EnumWords.All<WebhookFormat>().Select(word => $"\"{word}\""));
}
