using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>The description of one route in the API document, attached to the route as metadata.</summary>
/// <param name="Id">The operation's id, from which generated clients derive names.</param>
/// <param name="Tag">The group that lists it.</param>
internal sealed record RouteDoc(string Id, string Tag, string Summary, string Description)
{
    private static readonly ParameterDoc IfNoneMatch = Header(
        "If-None-Match", "Return 304 without a body if this ETag is still current.",
        Schemas.Text("An ETag from an earlier response, several separated by commas, or `*`."), "\"1\"");

    private static readonly AnswerDoc NotModified = new(304, "Not modified: the ETag is still current.")
    {
        Headers = ["ETag"],
    };

    public IReadOnlyList<ParameterDoc> Parameters { get; init; } = [];

    /// <summary>The request body; null if none is read.</summary>
    public BodyDoc? Body { get; init; }

    /// <summary>
    /// Whether the body is read as bytes, whatever its content type. Its problems must then be among
    /// <see cref="Answers"/>.
    /// </summary>
    public bool TakesBodyAsItComes { get; init; }

    /// <summary>The successful responses.</summary>
    public required IReadOnlyList<AnswerDoc> Answers { get; init; }

    /// <summary>Whether it is a read with an ETag, answered 304 if the client has that version already.</summary>
    public bool HasETag { get; init; }

    /// <summary>The statuses of its own problems. Those of access, query, body and rate limits are added.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];

    /// <summary>Writes the description into the operation, with what follows from the route itself.</summary>
    public void Describe(OpenApiOperation operation, OpenApiDocument document, ApiDescription route)
    {
        var metadata = route.ActionDescriptor.EndpointMetadata;
        var access = metadata.OfType<Access>().SingleOrDefault();
        operation.OperationId = Id;
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag, document) };
        operation.Summary = Summary;
        operation.Description = Description;
        ParameterDoc[] parameters = HasETag ? [.. Parameters, IfNoneMatch] : [.. Parameters];
        operation.Parameters = [.. parameters.Select(parameter => parameter.Written())];
        operation.RequestBody = Body?.Written(document);
        operation.Responses = [];
        var answers = HasETag ? [.. Answers.Select(one => one with { Headers = ["ETag"] }), NotModified] : Answers;
        foreach (var answer in answers)
        {
            operation.Responses.Add(answer.Status.ToString(CultureInfo.InvariantCulture), answer.Written(document));
        }

        int[] problems =
        [
            .. Problems,
            .. access == Access.Operator ? [401] : access == Access.Owner ? [401, 404] : (int[])[],
            .. Body is null || TakesBodyAsItComes ? (int[])[] : [400, 413, 415],
            .. QueryParameters.AreChecked(route.RelativePath ?? "") ? [400] : (int[])[],
            .. metadata.OfType<DisableRateLimitingAttribute>().Any() ? (int[])[] : [429],
        ];
        foreach (var status in problems.Distinct().Order())
        {
            operation.Responses.Add(
                status.ToString(CultureInfo.InvariantCulture),
                new OpenApiResponseReference(ProblemDocs.Name(status), document));
        }

        if (access != Access.Everybody)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Operations.SchemeOf(access), document)] = [],
                },
            ];
        }
    }

}

/// <summary>The kind of access that a route requires: metadata of the route.</summary>
internal enum Access
{
    Everybody,

    /// <summary>Requires the admin key.</summary>
    Operator,

    /// <summary>Requires the subscription's manage token.</summary>
    Owner,
}

/// <summary>One parameter. Path parameters are required, all others optional.</summary>
/// <param name="Example">A valid value.</param>
internal sealed record ParameterDoc(
    ParameterLocation In, string Name, string Description, OpenApiSchema Schema, string Example)
{
    public static ParameterDoc Path(string name, string description, OpenApiSchema schema, string example) =>
        new(ParameterLocation.Path, name, description, schema, example);

    public static ParameterDoc Query(string name, string description, OpenApiSchema schema, string example) =>
        new(ParameterLocation.Query, name, description, schema, example);

    public static ParameterDoc Header(string name, string description, OpenApiSchema schema, string example) =>
        new(ParameterLocation.Header, name, description, schema, example);

    public OpenApiParameter Written() => new()
    {
        In = In,
        Name = Name,
        Description = Description,
        Required = In == ParameterLocation.Path,
        Schema = Schema,
        Example = Schema.Type is JsonSchemaType.Integer or JsonSchemaType.Boolean
            ? JsonNode.Parse(Example) : JsonValue.Create(Example),
    };
}

/// <summary>A request body.</summary>
/// <param name="Body">The record that it is; null if its schema is written by hand.</param>
/// <param name="Examples">Named examples in JSON.</param>
internal sealed record BodyDoc(Type? Body, params IReadOnlyList<(string Name, string Json)> Examples)
{
    public bool IsRequired { get; init; } = true;

    /// <summary>The name of its schema among the document's components.</summary>
    public string? SchemaName { get; init; } = Body is null ? null : RecordSchemas.NameOf(Body);

    public OpenApiRequestBody Written(OpenApiDocument document) => new()
    {
        Required = IsRequired,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(SchemaName!, document), // not null: see Body
                Examples = Examples.ToDictionary(
                    example => example.Name,
                    example => (IOpenApiExample)new OpenApiExample { Value = JsonNode.Parse(example.Json) }),
            },
        },
    };
}

/// <summary>A successful response.</summary>
/// <param name="Body">
/// The record that is its body; null for a response without a body, or (with an example) for text.
/// </param>
/// <param name="Example">The body: JSON, or text of another content type; null if there is no body.</param>
internal sealed record AnswerDoc(int Status, string Description, Type? Body = null, string? Example = null)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>The name of its schema among the document's components; null for text.</summary>
    public string? SchemaName { get; init; } = Body is null ? null : RecordSchemas.NameOf(Body);

    /// <summary>Whether browsers get a page instead.</summary>
    public bool IsPageForPeople { get; init; }

    /// <summary>Names of response headers among the document's components.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public OpenApiResponse Written(OpenApiDocument document)
    {
        var response = new OpenApiResponse { Description = Description };
        if (Example is not null)
        {
            response.Content = new Dictionary<string, OpenApiMediaType>
            {
                [ContentType] = new OpenApiMediaType
                {
                    Schema = SchemaName is null
                        ? new OpenApiSchema { Type = JsonSchemaType.String }
                        : new OpenApiSchemaReference(SchemaName, document),
                    Example = SchemaName is null ? JsonValue.Create(Example) : JsonNode.Parse(Example),
                },
            };
        }

        if (IsPageForPeople)
        {
            response.Content?.Add(
                "text/html",
                new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    Example = "<!doctype html>…",
                });
        }

        if (Headers.Count > 0)
        {
            response.Headers = Headers.ToDictionary(
                name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document));
        }

        return response;
    }
}

internal static class RouteDocs
{
    /// <summary>
    /// Adds the route to the API document. Routes without a description are pages and not part of it.
    /// </summary>
    public static Route Described(this Route route, RouteDoc doc) => route.WithMetadata(
    [
        doc, new TagsAttribute(doc.Tag),
        // From these the framework makes the schemas of the records. Without content types, since routing would refuse
        // all others.
        .. doc.Body?.Body is { } request ? [new AcceptsMetadata([], request)] : (object[])[],
        .. doc.Answers.Where(answer => answer.Body is not null).Select(answer =>
            new ProducesResponseTypeMetadata(answer.Status, answer.Body, [answer.ContentType])),
    ]);
}

/// <summary>Describes what all lists have in common.</summary>
internal static class Paging
{
    public static readonly IReadOnlyList<ParameterDoc> Parameters =
    [
        Query("limit", "Maximum number of items; 50 when absent.", Schemas.Number("1 to 200.", 1, 200), "50"),
        Query(
            "cursor",
            "Start of the page: the `cursor` of the previous page, unchanged.",
            Schemas.Text("Opaque.", pattern: "^[A-Za-z0-9_-]+$"), "MTc5NDI4NjA2MDAwMCB1cy1jaGluYS10cnVjZS1leHBpcnk"),
    ];
}
