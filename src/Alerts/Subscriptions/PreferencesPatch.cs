using System.Buffers;
using System.Text.Json;

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

        if (fields.Value("quietHours") is { ValueKind: JsonValueKind.Object }
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
        var replaced = MembersOf(patch);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var name in Members)
            {
                writer.WritePropertyName(name);
                Copy(writer, replaced.TryGetValue(name, out var value) ? value : kept.GetProperty(name));
            }

            writer.WritePropertyName("quietHours");
            WriteQuietHours(writer, replaced, kept.GetProperty("quietHours"));
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>
    /// Merges <c>quietHours</c>, the only member that is an object: a half that the patch does not name is kept.
    /// </summary>
    private static void WriteQuietHours(Utf8JsonWriter writer, Dictionary<string, JsonElement> patch, JsonElement kept)
    {
        if (!patch.TryGetValue("quietHours", out var replaced))
        {
            Copy(writer, kept);
        }
        else if (replaced.ValueKind != JsonValueKind.Object)
        {
            Copy(writer, replaced);
        }
        else
        {
            var hours = MembersOf(replaced);
            writer.WriteStartObject();
            foreach (var name in QuietMembers)
            {
                if (hours.TryGetValue(name, out var hour)
                    || (kept.ValueKind == JsonValueKind.Object && kept.TryGetProperty(name, out hour)))
                {
                    writer.WritePropertyName(name);
                    Copy(writer, hour);
                }
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>The members of an object by name, without those whose names are no valid text.</summary>
    private static Dictionary<string, JsonElement> MembersOf(JsonElement patch)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in patch.EnumerateObject())
        {
            if (JsonParsing.Name(member) is { } name)
            {
                members[name] = member.Value;
            }
        }

        return members;
    }

    /// <summary>Copies a value as written. Half a surrogate pair in it is refused when it is read.</summary>
    private static void Copy(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
}
