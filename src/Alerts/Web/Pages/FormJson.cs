using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alerts.Web.Pages;

/// <summary>
/// Writes the content of a form as the JSON that API clients send, so that both are validated by the same rules.
/// </summary>
internal static class FormJson
{
    /// <summary>An object with the members that have a value.</summary>
    public static JsonObject Of(params IEnumerable<(string Name, JsonNode? Value)> members) => new(members
        .Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));

    /// <summary>The text of a field; null, which means absent, if it is empty.</summary>
    public static JsonNode? Text(string text) => text.Length > 0 ? JsonValue.Create(text) : null;

    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];

    /// <summary>The object as it is read from a request.</summary>
    public static JsonDocument Sent(this JsonObject form) => JsonDocument.Parse(form.ToJsonString());
}
