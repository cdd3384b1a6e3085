using System.Text.Json.Nodes;
using Json.Schema;

namespace Alerts.Tests.Support;

/// <summary>
/// Validates responses against the API's OpenAPI document: whether the status is described and the
/// body matches its schema.
/// </summary>
internal sealed class ApiContract
{
    private static readonly EvaluationOptions Strict =
        new() { OutputFormat = OutputFormat.List, RequireFormatValidation = false };

    private readonly JsonObject document;
    private readonly JsonObject definitions;
    private readonly Dictionary<string, JsonSchema> schemas = [];

    public ApiContract(string openApi)
    {
        // A plain JSON Schema refers to its siblings under $defs.
        document = JsonNode.Parse(openApi.Replace(
            "#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
        definitions = document["components"]!["schemas"]!.AsObject();
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
        Webhooks = document["webhooks"]!.AsObject().ToDictionary(
            webhook => webhook.Key,
            webhook => new ApiOperation("POST", webhook.Key, webhook.Value!["post"]!.AsObject()));
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>The webhook requests that the service sends, by event type.</summary>
    public IReadOnlyDictionary<string, ApiOperation> Webhooks { get; }

    /// <summary>Returns the schema of a node, following references.</summary>
    public JsonObject Resolve(JsonObject node) =>
        (string?)node["$ref"] is { } reference ? Resolve(At(reference)) : node;

    public static bool IsDescribed(ApiOperation operation, int status) =>
        operation.Node["responses"]![FormattableString.Invariant($"{status}")] is not null;

    /// <summary>Returns how a response violates the document; null when it does not.</summary>
    public string? Wrong(ApiOperation operation, int status, string? contentType, string body)
    {
        if (operation.Node["responses"]![FormattableString.Invariant($"{status}")] is not JsonObject described)
        {
            return $"the status {status} is not described";
        }

        if (Resolve(described)["content"] is not JsonObject content)
        {
            return body.Length == 0 ? null : "a body is not described";
        }

        if (contentType is null || content[contentType] is not JsonObject media)
        {
            return $"the content type {contentType} is not described";
        }

        return contentType.EndsWith("json", StringComparison.Ordinal) ? Wrong(media["schema"]!, body) : null;
    }

    /// <summary>Returns how JSON violates a schema of the document; null when it does not.</summary>
    public string? Wrong(JsonNode schema, string json)
    {
        var judged = Schema(schema).Evaluate(JsonNode.Parse(json), Strict);
        return judged.IsValid ? null : string.Join("; ", judged.Details
            .Where(detail => detail.HasErrors)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
    }

    private JsonSchema Schema(JsonNode schema)
    {
        var text = schema.ToJsonString();
        if (!schemas.TryGetValue(text, out var built))
        {
            var whole = schema.DeepClone().AsObject();
            whole["$defs"] = definitions.DeepClone();
            schemas[text] = built = JsonSchema.FromText(whole.ToJsonString());
        }

        return built;
    }

    private JsonObject At(string reference) => reference.TrimStart('#', '/')
        .Replace("$defs/", "components/schemas/", StringComparison.Ordinal)
        .Split('/').Aggregate((JsonNode)document, (node, name) => node[name]!).AsObject();
}

/// <summary>One operation of the document.</summary>
/// <param name="Method">The HTTP method in upper case.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Node">The operation's node in the document.</param>
internal sealed record ApiOperation(string Method, string Path, JsonObject Node)
{
    public string Id => (string)Node["operationId"]!;

    public IEnumerable<JsonObject> Parameters =>
        (Node["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject());

    /// <summary>The media type object of its JSON request body; null when it has none.</summary>
    public JsonObject? Body => Node["requestBody"]?["content"]?["application/json"]?.AsObject();

    public override string ToString() => $"{Method} {Path}";
}
