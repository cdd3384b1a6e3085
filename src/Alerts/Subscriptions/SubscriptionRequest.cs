using System.Text.Json;
using Alerts.Core;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>
/// A request to create, preview or change a subscription. The read methods return null when there are problems.
/// </summary>
/// <param name="Channel"><c>email</c> or <c>webhook</c>; null in a change, and in a preview without a channel.</param>
/// <param name="Address">The email address or URL; null when <paramref name="Channel"/> is null.</param>
/// <param name="Contact">Email address to warn when a webhook keeps failing; null for none.</param>
/// <param name="Preferences">What it follows, its leads, and its zone and time of day.</param>
/// <param name="DatePointers">
/// The JSON pointer to each of the preferences' dates, for callers that check whether the dates exist.
/// </param>
/// <param name="Now">The time from which a preview starts; null for the service's clock. Only in a preview.</param>
internal sealed record SubscriptionRequest(
    string? Channel,
    string? Address,
    string? Contact,
    Preferences Preferences,
    IReadOnlyList<string> DatePointers,
    Instant? Now)
{
    /// <summary>The format of a webhook's bodies; not used for email.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>Reads the body of <c>POST /api/subscriptions</c>.</summary>
    /// <param name="webhookUrlProblem">
    /// Returns the problem with a webhook's URL, as a sentence; null when it is valid.
    /// </param>
    public static SubscriptionRequest? ReadNew(
        JsonElement body,
        Func<string, string?> webhookUrlProblem,
        List<Problem> problems)
    {
        if (JsonObjectReader.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        if (fields.Value("channel") is null)
        {
            fields.Refuse(
                "channel",
                "'channel' is missing; write {\"type\": \"email\", \"address\": \"name@example.com\"} "
                    + "or {\"type\": \"webhook\", \"url\": \"https://…\"}.");
        }

        return Read(fields, webhookUrlProblem, now: null);
    }

    /// <summary>
    /// Reads the body of <c>POST /api/subscriptions/preview</c>, in which <c>channel</c> is optional and <c>now</c> is
    /// allowed.
    /// </summary>
    public static SubscriptionRequest? ReadPreview(
        JsonElement body,
        Func<string, string?> webhookUrlProblem,
        List<Problem> problems) =>
        JsonObjectReader.Of(body, "", problems) is { } fields
            ? Read(fields, webhookUrlProblem, TimeText.Moment(fields, "now"))
            : null;

    /// <summary>
    /// Reads the body of <c>PATCH /api/subscriptions/{id}</c>: a merge patch (RFC 7396) to the current preferences.
    /// </summary>
    public static SubscriptionRequest? ReadPatch(JsonElement body, Preferences current, List<Problem> problems)
    {
        if (!PreferencesPatch.IsObject(body, problems))
        {
            return null;
        }

        using var merged = PreferencesPatch.Merge(body, current);
        if (JsonObjectReader.Of(merged.RootElement, "", problems) is not { } fields
            || PreferencesJson.Read(fields, out var datePointers) is not { } preferences || problems.Count > 0)
        {
            return null;
        }

        // Without leads in the patch, the stored leads keep their order.
        var asked = body.TryGetProperty("leads", out _) ? Ordered(preferences) : preferences;
        return new SubscriptionRequest(Channel: null, Address: null, Contact: null, asked, datePointers, Now: null);
    }

    private static SubscriptionRequest? Read(
        JsonObjectReader fields,
        Func<string, string?> webhookUrlProblem,
        Instant? now)
    {
        var (channel, address, contact, format) = fields.Object("channel") is { } given
            ? ReadChannel(given, webhookUrlProblem)
            : default;
        var preferences = PreferencesJson.Read(fields, out var datePointers);
        fields.RefuseOthers();
        return preferences is not null && fields.Problems.Count == 0
            ? new SubscriptionRequest(channel, address, contact, Ordered(preferences), datePointers, now)
            {
                Format = format,
            }
            : null;
    }

    private static Preferences Ordered(Preferences preferences) =>
        preferences with { Leads = LeadOrder.LongestFirst(preferences.Leads) };

    private static (string? Channel, string? Address, string? Contact, WebhookFormat Format) ReadChannel(
        JsonObjectReader fields,
        Func<string, string?> webhookUrlProblem)
    {
        switch (fields.RequiredText("type", "\"email\" or \"webhook\""))
        {
            case "email":
                var given = fields.RequiredText("address", "the mail address, such as name@example.com");
                var address = ReadAddress(fields, "address", given);
                fields.RefuseOthers();
                return ("email", address, null, default);
            case "webhook":
                var url = fields.RequiredText("url", "the endpoint's URL, https://…");
                Judge(fields, "url", url, webhookUrlProblem);
                var format = ReadFormat(fields);
                var contact = ReadAddress(fields, "contact", fields.Text("contact"));
                fields.RefuseOthers();
                return ("webhook", url, contact, format);
            case { } type:
                fields.Refuse("type", $"{Problem.Quote(type)} is not a channel; write \"email\" or \"webhook\".");
                return default;
            case null:
                return default;
        }
    }

    private static string? ReadAddress(JsonObjectReader fields, string name, string? address)
    {
        Judge(fields, name, address, MailAddress.Problem);
        return address is null ? null : MailAddress.Stored(address);
    }

    private static void Judge(JsonObjectReader fields, string name, string? text, Func<string, string?> problem)
    {
        if (text is not null && problem(text) is { } detail)
        {
            fields.Refuse(name, detail);
        }
    }

    private static WebhookFormat ReadFormat(JsonObjectReader fields)
    {
        if (fields.Text("format") is not { } word)
        {
            return WebhookFormat.Standard;
        }

        if (WebhookFormats.Of(word) is { } format)
        {
            return format;
        }

        fields.Refuse(
            "format",
            $"{Problem.Quote(word)} is not a format; write \"standard\" or \"cloudevents\", or leave it out.");
        return WebhookFormat.Standard;
    }
}
