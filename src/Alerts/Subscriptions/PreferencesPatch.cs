using System.Buffers;
using System.Text.Json;
using Alerts.Core;

namespace Alerts.Subscriptions;

/// <summary>
/// Applies a merge patch (RFC 7396) to preferences as JSON: members in the patch replace the current ones, <c>null</c>
/// removes a member, and all others are kept.
/// </summary>
internal static class PreferencesPatch
{
    private static readonly string[] Members = ["dates", "topics", "leads", "timeZone", "at"];
    private static readonly string[] QuietMembers = ["from", "to"];

    /// <summary>
    /// Whether the patch is an object. Adds problems for unknown and repeated members, which the merged preferences no
    /// longer show.
    /// </summary>
    public static bool IsObject(JsonElement patch, List<Problem> problems)
    {
        if (JsonObjectReader.Of(patch, "", problems) is not { } fields)
        {
            return false;
        }

        foreach (var name in Members)
        {
            fields.Value(name);
        }

        if (
            fields.Value("quietHours") is { ValueKind: JsonValueKind.Object }
            && fields.Object("quietHours") is { } quietHours)
        {
            quietHours.Value("from");
            quietHours.Value("to");
            quietHours.RefuseOthers();
        }

        if (fields.Has("channel"))
        {
            fields.Ignore("channel");
            fields.Refuse(
                "channel",
                "The channel of a subscription cannot be changed; leave it out, or make a new subscription.");
        }

        fields.RefuseOthers();
        return true;
    }

    public static JsonDocument Merge(JsonElement patch, Preferences current)
    {
        using var document = JsonDocument.Parse(PreferencesJson.ToStored(current));
        var kept = document.RootElement;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var name in Members)
            {
                writer.WritePropertyName(name);
                (patch.TryGetProperty(name, out var replaced) ? replaced : kept.GetProperty(name)).WriteTo(writer);
            }

            writer.WritePropertyName("quietHours");
            WriteQuietHours(writer, patch, kept.GetProperty("quietHours"));
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>
    /// Merges <c>quietHours</c>, the only member that is an object: a half that the patch does not name is kept.
    /// </summary>
    private static void WriteQuietHours(Utf8JsonWriter writer, JsonElement patch, JsonElement kept)
    {
        if (!patch.TryGetProperty("quietHours", out var replaced))
        {
            kept.WriteTo(writer);
        }
        else if (replaced.ValueKind != JsonValueKind.Object)
        {
            replaced.WriteTo(writer);
        }
        else
        {
            writer.WriteStartObject();
            foreach (var name in QuietMembers)
            {
                if (
                    replaced.TryGetProperty(name, out var hour)
                    || (kept.ValueKind == JsonValueKind.Object && kept.TryGetProperty(name, out hour)))
                {
                    writer.WritePropertyName(name);
                    hour.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }
    }
}
