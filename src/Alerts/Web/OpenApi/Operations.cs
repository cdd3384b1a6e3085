using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>The kind of access that a route requires: metadata of the route.</summary>
internal enum Access
{
    Everybody,

    /// <summary>Requires the admin key.</summary>
    Operator,

    /// <summary>Requires the subscription's manage token.</summary>
    Owner,
}

/// <summary>
/// Completes the operations that the framework makes of routes and the XML comments of their handlers, with the
/// metadata of the routes.
/// </summary>
internal static class Operations
{
    /// <summary>The example of a page.</summary>
    private const string PageExample = "<!doctype html>…";

    public static Task CompleteAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var document = context.Document!; // not null: the operation is made for it
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Summary = operation.Summary?.TrimEnd('.');
        operation.Description = RecordSchemas.OneLine(operation.Description);
        operation.Parameters =
        [
            .. (operation.Parameters ?? []).Cast<OpenApiParameter>().Select(one => Parameter(one, context.Description)),
            .. metadata.OfType<HeaderParameter>().Select(header => Header(header, isRequired: false)),
        ];
        if (operation.RequestBody is { } body)
        {
            body.Description = null; // the framework takes it from the comment of some parameter
            body.Content!["application/json"].Examples = metadata.OfType<RequestExamples>().Single().All.ToDictionary(
                example => example.Name,
                example => (IOpenApiExample)new OpenApiExample { Value = JsonNode.Parse(example.Json) });
        }

        operation.Responses = Responses(operation, context.Description, document);
        if (metadata.OfType<Access>().SingleOrDefault() is not Access.Everybody and var access)
        {
            var scheme = new OpenApiSecuritySchemeReference(SchemeOf(access), document);
            operation.Security = [new OpenApiSecurityRequirement { [scheme] = [] }];
        }

        return Task.CompletedTask;
    }

    /// <summary>The name of the security scheme for a kind of access.</summary>
    public static string SchemeOf(Access access) => access == Access.Operator ? "adminKey" : "manageToken";

    private static OpenApiParameter Parameter(OpenApiParameter parameter, ApiDescription route)
    {
        var declared = (IParameterInfoParameterDescriptor)route.ParameterDescriptions
            .Single(one => one.Name == parameter.Name).ParameterDescriptor;
        // Not null: each has an example, which OpenApiFacts checks.
        var example = declared.ParameterInfo.GetCustomAttribute<ExampleAttribute>()?.Text
            ?? parameter.Example!.ToString();
        parameter.Example = parameter.Schema!.Type == JsonSchemaType.String
            ? JsonValue.Create(example) : JsonNode.Parse(example);
        parameter.Description = RecordSchemas.OneLine(parameter.Description);
        parameter.Required = parameter.In == ParameterLocation.Path;
        return parameter;
    }

    public static OpenApiParameter Header(HeaderParameter header, bool isRequired) => new()
    {
        In = ParameterLocation.Header,
        Name = header.Name,
        Description = header.Description,
        Required = isRequired,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            MinLength = header.Shortest,
            MaxLength = header.Longest,
            Pattern = header.Pattern,
        },
        Example = JsonValue.Create(header.Example),
    };

    private static OpenApiResponses Responses(
        OpenApiOperation operation, ApiDescription route, OpenApiDocument document)
    {
        var metadata = route.ActionDescriptor.EndpointMetadata;
        var responses = new SortedDictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        foreach (var (status, response) in operation.Responses ?? [])
        {
            Complete((OpenApiResponse)response, status, metadata, document);
            responses[status] = response;
        }

        int[] problems =
        [
            .. metadata.OfType<IProducesResponseTypeMetadata>()
                .Where(one => one.Type == typeof(ProblemDetails)).Select(one => one.StatusCode),
            .. QueryParameters.AreChecked(route.RelativePath ?? "") ? [400] : (int[])[],
            .. metadata.OfType<DisableRateLimitingAttribute>().Any() ? (int[])[] : [429],
        ];
        foreach (var status in problems)
        {
            responses[status.ToString(CultureInfo.InvariantCulture)] =
                new OpenApiResponseReference(ProblemDocs.Name(status), document);
        }

        var ordered = new OpenApiResponses();
        foreach (var (status, response) in responses)
        {
            ordered.Add(status, response);
        }

        return ordered;
    }

    private static void Complete(
        OpenApiResponse response, string status, IList<object> metadata, OpenApiDocument document)
    {
        var example = metadata.OfType<ResponseExample>()
            .SingleOrDefault(one => one.Status == int.Parse(status, CultureInfo.InvariantCulture))?.Text;
        response.Description = status == "304"
            ? "Not modified: the ETag is still current." : RecordSchemas.OneLine(response.Description);
        foreach (var (type, media) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            var isJson = type.EndsWith("json", StringComparison.Ordinal);
            media.Example = isJson && example is not null ? JsonNode.Parse(example)
                : type == "text/html" ? PageExample : example;
            media.Schema = isJson ? media.Schema : new OpenApiSchema { Type = JsonSchemaType.String };
        }

        string[] headers =
        [
            .. metadata.OfType<ETagMetadata>().Any() && status[0] != '4' ? ["ETag"] : (string[])[],
            .. status == "201" ? ["Location"] : (string[])[],
        ];
        response.Headers = headers.Length == 0 ? null : headers.ToDictionary(
            name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document));
    }
}
