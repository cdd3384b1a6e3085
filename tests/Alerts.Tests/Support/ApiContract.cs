using System.Text.Json.Nodes;
using Json.Schema;

namespace Alerts.Tests.Support;

/// <summary>The API's OpenAPI document as a judge of answers: is this status described, and does the body hold its schema?</summary>
internal sealed class ApiContract
{
    private static readonly EvaluationOptions Strict = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = false };

    private readonly JsonObject document;
    private readonly JsonObject definitions;
    private readonly Dictionary<string, JsonSchema> schemas = [];

    public ApiContract(string openApi)
    {
        // A schema of JSON Schema's own finds its like under $defs.
        document = JsonNode.Parse(openApi.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
        definitions = document["components"]!["schemas"]!.AsObject();
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
        Webhooks = document["webhooks"]!.AsObject().ToDictionary(webhook => webhook.Key, webhook => new ApiOperation("POST", webhook.Key, webhook.Value!["post"]!.AsObject()));
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>What the service itself sends, by the type of event.</summary>
    public IReadOnlyDictionary<string, ApiOperation> Webhooks { get; }

    /// <summary>The schema a node describes, references followed.</summary>
    public JsonObject Resolve(JsonObject node) =>
        (string?)node["$ref"] is { } reference ? Resolve(At(reference)) : node;

    public static bool IsDescribed(ApiOperation operation, int status) => operation.Node["responses"]![FormattableString.Invariant($"{status}")] is not null;

    /// <summary>What is wrong with an answer by the document; null when nothing is.</summary>
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

    /// <summary>What is wrong with JSON by a schema of the document; null when nothing is.</summary>
    public string? Wrong(JsonNode schema, string json)
    {
        var judged = Schema(schema).Evaluate(JsonNode.Parse(json), Strict);
        return judged.IsValid ? null : string.Join("; ", judged.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
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

    private JsonObject At(string reference) => reference.TrimStart('#', '/').Replace("$defs/", "components/schemas/", StringComparison.Ordinal)
        .Split('/').Aggregate((JsonNode)document, (node, name) => node[name]!).AsObject();
}

/// <summary>One operation of the document.</summary>
/// <param name="Path">With its parameters in braces.</param>
internal sealed record ApiOperation(string Method, string Path, JsonObject Node)
{
    public string Id => (string)Node["operationId"]!;

    public IEnumerable<JsonObject> Parameters => (Node["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject());

    /// <summary>The media type of its JSON body; null when it reads none.</summary>
    public JsonObject? Body => Node["requestBody"]?["content"]?["application/json"]?.AsObject();

    public override string ToString() => $"{Method} {Path}";
}
