using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Alerts.Dates;
using Alerts.Sources;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Completes the schemas that the framework makes of the records of requests and responses, and of the parameters of
/// routes, with their XML comments and attributes.
/// </summary>
internal static class RecordSchemas
{
    /// <summary>Members of responses that requests may repeat. They are not read.</summary>
    private static readonly Dictionary<Type, string[]> Ignored = new()
    {
        [typeof(KeyDateRequest)] = KeyDateJson.Ignored,
        [typeof(MomentRequest)] = MomentJson.Ignored,
        [typeof(EndRequest)] = MomentJson.Ignored,
        [typeof(SourceRequest)] = SourceJson.Ignored,
    };

    /// <summary>
    /// The name of a record among the document's components: <c>KeyDate</c> for <see cref="KeyDateResponse"/>,
    /// <c>KeyDateInput</c> for <see cref="KeyDateRequest"/>, <c>QuietHours</c> for <see cref="QuietHoursBody"/>. Null
    /// for all other types: their schemas are written where they are used.
    /// </summary>
    public static string? NameOf(Type type) => type.IsNested ? null
        : Stem(type, "Response") ?? Stem(type, "Body") ?? (Stem(type, "Request") is { } stem ? stem + "Input" : null);

    public static Task CompleteAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var declared = context.JsonTypeInfo.Type;
        var parameter = context.ParameterDescription is { } one && one.Source == BindingSource.Query ? one : null;
        var attributes = AttributesOf(context, parameter);
        if (parameter is not null)
        {
            (schema.Type, schema.Items) = (JsonSchemaType.String, null); // an array only to find what is there twice
        }

        var type = attributes.OfType<TextOfAttribute>().SingleOrDefault()?.Type
            ?? Nullable.GetUnderlyingType(declared) ?? declared;
        var nullable = Nullable.GetUnderlyingType(declared) is null
            ? (schema.Type ?? 0) & JsonSchemaType.Null : JsonSchemaType.Null;
        schema.Description = OneLine(schema.Description);
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            CompleteObject(schema, type);
        }
        else if (type == typeof(object))
        {
            schema.Type = JsonSchemaType.Null;
        }
        else if (schema.Type?.HasFlag(JsonSchemaType.Integer) == true)
        {
            schema.Minimum ??= "0";
            schema.Maximum = schema.Maximum == int.MaxValue.ToString(CultureInfo.InvariantCulture)
                ? null : schema.Maximum;
        }
        else if (FormOf(type) is { } form)
        {
            (schema.Type, schema.Format, schema.Pattern) = (form.Type | nullable, form.Format, form.Pattern);
        }
        else if (WordsOf(type, attributes, context.JsonTypeInfo.Options) is { } words)
        {
            Restrict(schema, words, nullable);
        }

        if (attributes.OfType<ItemsAttribute>().SingleOrDefault() is { } each && schema.Items is OpenApiSchema items)
        {
            (items.Description, items.Pattern) = (each.Description, each.Pattern);
            (items.MinLength, items.MaxLength) = each.Longest > 0 ? ((int?)1, (int?)each.Longest) : (null, null);
            items.Enum = each.Words is { } known ? [.. known.Select(word => (JsonNode)word)] : null;
        }

        if (attributes.OfType<JsonIgnoreAttribute>().Any())
        {
            schema.Type &= ~JsonSchemaType.Null; // absent instead of null
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Rewrites schemas of several kinds as base classes, which client generators understand: see
    /// <see cref="Schemas.Base"/>.
    /// </summary>
    public static void MakeBaseClasses(IDictionary<string, IOpenApiSchema> components)
    {
        foreach (var (name, schema) in components.Where(one => one.Value.Discriminator is not null).ToList())
        {
            // Not null: the framework gives every discriminator a mapping. Its names begin with that of the base.
            var kinds = schema.Discriminator!.Mapping!
                .Select(kind => (Type: kind.Key, Generated: kind.Value.Reference.Id!)).ToList();
            foreach (var kind in kinds)
            {
                var own = components[kind.Generated];
                own.Properties!.Remove("type");
                components.Remove(kind.Generated);
                components[kind.Generated[name.Length..]] = Schemas.Kind(
                    own.Description!, name, [.. own.Required!],
                    [.. own.Properties.Select(one => (one.Key, one.Value))]);
            }

            components[name] = Schemas.Base(
                schema.Description!, [.. kinds.Select(kind => (kind.Type, kind.Generated[name.Length..]))]);
        }
    }

    private static object[] AttributesOf(OpenApiSchemaTransformerContext context, ApiParameterDescription? parameter) =>
        parameter?.ParameterDescriptor is IParameterInfoParameterDescriptor declared
            ? declared.ParameterInfo.GetCustomAttributes(true)
            : context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(true) ?? [];

    private static string? Stem(Type type, string suffix) =>
        type.Name.EndsWith(suffix, StringComparison.Ordinal) ? type.Name[..^suffix.Length] : null;

    private static void CompleteObject(OpenApiSchema schema, Type type)
    {
        schema.AdditionalPropertiesAllowed = type.GetCustomAttribute<OpenAttribute>() is not null;
        foreach (var name in Ignored.GetValueOrDefault(type, []))
        {
            schema.Properties![name] = new OpenApiSchema { Description = "Ignored." }; // not null: each has members
        }

        if (type.GetCustomAttribute<RequiresAttribute>() is { } required)
        {
            schema.Required = (schema.Required ?? new HashSet<string>()).Union(required.Members).ToHashSet();
        }
    }

    public static string? OneLine(string? text) => text is null
        ? null
        : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The schema of a type that is written as text in a fixed format; null for other types.</summary>
    private static OpenApiSchema? FormOf(Type type) =>
        type == typeof(Instant) ? Schemas.Instant("")
        : type == typeof(LocalDate) ? Schemas.Day("")
        : type == typeof(LocalTime) ? Schemas.TimeOfDay("")
        : type == typeof(OffsetDateTime) ? Schemas.Text("", format: "date-time")
        : type == typeof(bool) ? Schemas.Flag("")
        : type == typeof(int) ? Schemas.Number("")
        : null;

    /// <summary>The values that a member can have, as they are written; null if they are not listed.</summary>
    private static List<JsonNode>? WordsOf(Type type, object[] attributes, JsonSerializerOptions options) =>
        type.IsEnum
            ? [.. Enum.GetValues(type).Cast<object>()
                .Select(value => JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type))!)]
            : attributes.OfType<AllowedValuesAttribute>().SingleOrDefault() is { } allowed
                ? [.. allowed.Values.Select(value => JsonValue.Create((string)value!))]
                : null;

    /// <summary>
    /// Restricts a schema to some words. Client generators do not understand <c>null</c> among them, so that it is a
    /// schema of its own.
    /// </summary>
    private static void Restrict(OpenApiSchema schema, List<JsonNode> words, JsonSchemaType nullable)
    {
        if (nullable == 0)
        {
            (schema.Type, schema.Enum) = (JsonSchemaType.String, words);
            return;
        }

        schema.Type = null;
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Enum = words },
            new OpenApiSchema { Type = JsonSchemaType.Null },
        ];
    }
}

/// <summary>Marks a member or a parameter with the format of ids and topics.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class SlugAttribute() : RegularExpressionAttribute(Form)
{
    public const string Form = "^[a-z0-9-]{1,64}$";
}

/// <summary>Describes the items of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(string description) : Attribute
{
    public string Description => description;

    /// <summary>The format of each item; null for any.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values that an item can have; null for any.</summary>
    public string[]? Words { get; init; }

    /// <summary>Maximum number of characters of an item, which has at least one; 0 for any.</summary>
    public int Longest { get; init; }
}

/// <summary>
/// Marks a text of a request that is read as a value of a type. It is taken as it was sent, because the reader reports
/// what is wrong with it together with all other problems of the body or query.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class TextOfAttribute(Type type) : Attribute
{
    public Type Type => type;
}

/// <summary>Names members that a request must have, of those it inherits.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresAttribute(params string[] members) : Attribute
{
    public string[] Members => members;
}

/// <summary>Marks an object defined by a third party, which may have undeclared members.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpenAttribute : Attribute;

/// <summary>An example of a query parameter. That of a handler's own parameter is in its XML comment instead.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExampleAttribute(string text) : Attribute
{
    public string Text => text;
}
