using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>
/// <c>/openapi/v1.json</c>: the description of the API (OpenAPI 3.1), generated from the mapped routes.
/// </summary>
internal sealed class ApiDocument
{
    public const string Path = "/openapi/v1.json";

    public const string Name = "v1";

    private const string Description =
        "Deadline alerts: key dates and the notifications sent ahead of them.\n\n"
        + "JSON in camelCase. Instants are RFC 3339 in UTC. Errors are RFC 9457, with a pointer to each error. "
        + "Every GET route also supports HEAD. Request bodies are limited to 256 KB. "
        + "Rate limits apply per client address and per token; a 429 response says when to retry.";

    // Written once: routes do not change while the process runs.
    private readonly Lazy<Task<BufferedResult>> written;

    public ApiDocument([FromKeyedServices(Name)] IOpenApiDocumentProvider provider) =>
        written = new Lazy<Task<BufferedResult>>(async () =>
        {
            var document = await provider.GetOpenApiDocumentAsync();
            var bytes = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
            return new BufferedResult(StatusCodes.Status200OK, "application/json", bytes, Conditional.TagOf(bytes));
        });

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods(Path, Verbs.Read, ([FromServices] ApiDocument document) => document.written.Value)
            .AllowAnyOrigin();

    /// <summary>Fills in everything except the operations and the schemas of records.</summary>
    public static void Complete(OpenApiDocument document, PublicUrl publicUrl)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Alerts",
            Version = HealthApi.Version,
            Description = Description,
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = publicUrl.At("") }];
        document.Tags = Tags.All.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description })
            .ToHashSet();
        var schemas = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>();
        RecordSchemas.MakeBaseClasses(schemas);
        document.Components = new OpenApiComponents
        {
            Schemas = ((IEnumerable<KeyValuePair<string, IOpenApiSchema>>)
            [
                .. schemas,
                new("PutDateAnswer", new OpenApiSchema
                {
                    Description = "The key date; or, with `dryRun`, how many subscriptions would be notified.",
                    OneOf = [Schemas.Ref("KeyDate"), Schemas.Ref("DryRun")],
                }),
                .. WebhookDocs.Components,
            ]).ToDictionary(),
            Responses = ProblemDocs.Responses(document).ToDictionary(),
            Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = Header("Identifies this version; send it in `If-None-Match` or `If-Match`.", "\"2\""),
                ["Location"] = Header(
                    "URL of the created resource.", "https://alerts.example.com/api/dates/us-china-truce-expiry"),
                ["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds to wait before a retry.",
                    Schema = Schemas.Number("Seconds.", 1),
                    Example = 12,
                },
                ["WWW-Authenticate"] = Header("The required authentication scheme.", "Bearer"),
            },
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Operations.SchemeOf(Access.Operator)] = Bearer("The setting `Alerts:AdminKey`."),
                [Operations.SchemeOf(Access.Owner)] = Bearer("The subscription's `manageToken`."),
            },
        };
        // A dry run has the one response that is not of the type that its route declares.
        ((OpenApiResponse)document.Paths["/api/dates/{id}"].Operations![HttpMethod.Put].Responses!["200"])
            .Content!["application/json"].Schema = Schemas.Ref("PutDateAnswer");
        document.Webhooks = WebhookDocs.Written(document);
        document.RegisterComponents();
    }

    private static OpenApiHeader Header(string description, string example) =>
        new() { Description = description, Schema = Schemas.Text(description), Example = JsonValue.Create(example) };

    private static OpenApiSecurityScheme Bearer(string description) =>
        new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = description };
}

internal static class ApiDocumentRegistration
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        return services
            .AddSingleton<ApiDocument>()
            .ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions))
            .AddOpenApi(ApiDocument.Name, options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.CreateSchemaReferenceId = type => RecordSchemas.NameOf(type.Type);
                options.ShouldInclude = route =>
                    route.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>().Any()
                    && route.HttpMethod != HttpMethods.Head;
                options.AddOperationTransformer(Operations.CompleteAsync);
                options.AddSchemaTransformer(RecordSchemas.CompleteAsync);
                options.AddDocumentTransformer(async (document, context, cancel) =>
                {
                    document.AddComponent(
                        RecordSchemas.NameOf(typeof(DryRunResponse))!,
                        await context.GetOrCreateSchemaAsync(typeof(DryRunResponse), null, cancel));
                    ApiDocument.Complete(document, context.ApplicationServices.GetRequiredService<PublicUrl>());
                });
            });
    }
}
