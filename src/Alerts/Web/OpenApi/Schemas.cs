using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Short constructors of schemas, for what is not made of records. Objects are closed: an undeclared member is an
/// error.
/// </summary>
internal static class Schemas
{
    /// <summary>A reference to a component.</summary>
    public static IOpenApiSchema Ref(string name) => new OpenApiSchemaReference(name);

    /// <summary>A reference to a component, or <c>null</c>.</summary>
    public static OpenApiSchema RefOrNull(string name) =>
        new() { OneOf = [Ref(name), new OpenApiSchema { Type = JsonSchemaType.Null }] };

    public static OpenApiSchema Text(
        string description, int? atLeast = null, int? atMost = null, string? pattern = null,
        string? format = null) => new()
        {
            Type = JsonSchemaType.String,
            Description = description,
            MinLength = atLeast,
            MaxLength = atMost,
            Pattern = pattern,
            Format = format,
        };

    /// <summary>The format of ids and topics.</summary>
    public static OpenApiSchema Slug(string description) => Text(description, pattern: SlugAttribute.Form);

    public static OpenApiSchema Day(string description) => Text(description, format: "date");

    public static OpenApiSchema TimeOfDay(string description) =>
        Text(description, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$");

    /// <summary>An instant in UTC, in the format of responses.</summary>
    public static OpenApiSchema Instant(string description) =>
        Text(description, pattern: @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$", format: "date-time");

    public static OpenApiSchema OneOf(string description, params IEnumerable<string> words) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Enum = [.. words.Select(word => (JsonNode)word)],
    };

    public static OpenApiSchema Number(string description, int? from = 0, int? to = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Description = description,
        Minimum = from?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = to?.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    public static OpenApiSchema Flag(string description) =>
        new() { Type = JsonSchemaType.Boolean, Description = description };

    public static OpenApiSchema List(
        string description, IOpenApiSchema items, int? atMost = null, int? atLeast = null) => new()
        {
            Type = JsonSchemaType.Array,
            Description = description,
            Items = items,
            MaxItems = atMost,
            MinItems = atLeast,
        };

    public static OpenApiSchema OrNull(this OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }

    /// <summary>An object that the service sends. All its members are always present.</summary>
    public static OpenApiSchema Response(
        string description, params IReadOnlyList<(string Name, IOpenApiSchema Schema)> members) =>
        Object(description, members, [.. members.Select(member => member.Name)]);

    /// <summary>
    /// An object of several kinds, which its member <c>type</c> distinguishes. Client generators make a base class of
    /// it; of a plain <c>oneOf</c>, some generate code that does not compile.
    /// </summary>
    /// <param name="kinds">The value of <c>type</c> and the component, a <see cref="Kind"/>, of each kind.</param>
    public static OpenApiSchema Base(string description, params IReadOnlyList<(string Type, string Component)> kinds) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = OneOf("The kind.", kinds.Select(kind => kind.Type)),
            },
            Required = new HashSet<string> { "type" },
            Discriminator = new OpenApiDiscriminator
            {
                PropertyName = "type",
                Mapping = kinds.ToDictionary(kind => kind.Type, kind => new OpenApiSchemaReference(kind.Component)),
            },
        };

    /// <summary>One kind of a <see cref="Base"/>: the members it has in addition to <c>type</c>.</summary>
    public static OpenApiSchema Kind(
        string description, string of, IReadOnlyList<string> required,
        params IReadOnlyList<(string Name, IOpenApiSchema Schema)> members)
    {
        var own = Object(description, members, required);
        own.AdditionalPropertiesAllowed = true; // for the members of the base
        own.Description = null;
        return new OpenApiSchema { Description = description, AllOf = [Ref(of), own] };
    }

    private static OpenApiSchema Object(
        string description, IReadOnlyList<(string Name, IOpenApiSchema Schema)> members,
        IReadOnlyList<string> required) => new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Properties = members.ToDictionary(member => member.Name, member => member.Schema),
            Required = required.Count > 0 ? required.ToHashSet() : null,
            AdditionalPropertiesAllowed = false,
        };
}
