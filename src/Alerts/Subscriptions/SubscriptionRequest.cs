using System.Text.Json;

namespace Alerts.Subscriptions;

/// <summary>
/// A request to create, preview or change a subscription. The read methods return null when there are problems.
/// </summary>
/// <param name="Target">Where the alerts go; null in a change, and in a preview without a channel.</param>
/// <param name="Preferences">What it follows, its leads, and its zone and time of day.</param>
/// <param name="Now">The time from which a preview starts; null for the service's clock. Only in a preview.</param>
internal sealed record SubscriptionRequest(Target? Target, Preferences Preferences, Instant? Now)
{
    /// <summary>Reads the body of <c>POST /api/subscriptions</c>.</summary>
    public static SubscriptionRequest? ReadNew(JsonElement body, ChannelKinds channels, List<Problem> problems)
    {
        if (JsonObjectReader.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        if (fields.Value("channel") is null)
        {
            fields.Refuse("channel", $"'channel' is missing; write {channels.Examples}.");
        }

        return Read(fields, channels, now: null);
    }

    /// <summary>
    /// Reads the body of <c>POST /api/subscriptions/preview</c>, in which <c>channel</c> is optional and <c>now</c> is
    /// allowed.
    /// </summary>
    public static SubscriptionRequest? ReadPreview(JsonElement body, ChannelKinds channels, List<Problem> problems) =>
        JsonObjectReader.Of(body, "", problems) is { } fields
            ? Read(fields, channels, TimeText.Moment(fields, "now")) : null;

    /// <summary>
    /// Reads the body of <c>PATCH /api/subscriptions/{id}</c>: a merge patch (RFC 7396) to the current preferences.
    /// </summary>
    public static SubscriptionRequest? ReadPatch(JsonElement body, Preferences current, List<Problem> problems)
    {
        if (JsonObjectReader.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        CheckPatch(fields);
        using var kept = JsonDocument.Parse(PreferencesJson.ToStored(current));
        fields.FillFrom(kept.RootElement);
        if (PreferencesJson.Read(fields) is not { } preferences || problems.Count > 0)
        {
            return null;
        }

        // Without leads in the patch, the stored leads keep their order.
        var asked = body.TryGetProperty("leads", out _) ? Ordered(preferences) : preferences;
        return new SubscriptionRequest(Target: null, asked, Now: null);
    }

    /// <summary>Adds problems for what a change must not name, before the current preferences complete it.</summary>
    private static void CheckPatch(JsonObjectReader patch)
    {
        foreach (var name in (string[])["dates", "topics", "leads", "timeZone", "at"])
        {
            patch.Value(name);
        }

        if (patch.Value("quietHours") is { ValueKind: JsonValueKind.Object }
            && patch.Object("quietHours") is { } quietHours)
        {
            quietHours.Value("from");
            quietHours.Value("to");
            quietHours.RefuseOthers();
        }

        if (patch.Has("channel"))
        {
            patch.Ignore("channel");
            patch.Refuse(
                "channel",
                "The channel of a subscription cannot be changed; leave it out, or make a new subscription.");
        }

        patch.RefuseOthers();
    }

    private static SubscriptionRequest? Read(JsonObjectReader fields, ChannelKinds channels, Instant? now)
    {
        var target = fields.Object("channel") is { } given ? ReadTarget(given, channels) : null;
        var preferences = PreferencesJson.Read(fields);
        fields.RefuseOthers();
        return preferences is not null && fields.Problems.Count == 0
            ? new SubscriptionRequest(target, Ordered(preferences), now) : null;
    }

    private static Preferences Ordered(Preferences preferences) =>
        preferences with { Leads = LeadOrder.LongestFirst(preferences.Leads) };

    private static Target? ReadTarget(JsonObjectReader fields, ChannelKinds channels)
    {
        if (fields.RequiredText("type", channels.Names) is not { } type)
        {
            return null;
        }

        if (channels.Find(type) is not { } channel)
        {
            fields.Refuse("type", $"{Problem.Quote(type)} is not a channel; write {channels.Names}.");
            return null;
        }

        var target = channel.Read(fields);
        fields.RefuseOthers();
        return target;
    }
}
