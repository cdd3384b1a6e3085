using System.Globalization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace Alerts.Web.OpenApi;

/// <summary>
/// Describes what the comments of a route's handler cannot: the types of bodies, examples of them, and ETags.
/// </summary>
internal static class RouteDescriptions
{
    private const string ETags = " An ETag from a GET response, several separated by commas, or `*`.";

    private static readonly HeaderParameter IfNoneMatch = new(
        "If-None-Match", "Return 304 without a body if this ETag is still current." + ETags, "\"1\"");

    private static readonly HeaderParameter SaveIfMatch = new(
        "If-Match", "Save only if the date still has this ETag." + ETags, "\"2\"");

    private static readonly HeaderParameter SaveIfNoneMatch = new(
        "If-None-Match",
        "Save only if the date does not have this ETag; with `*`, only if the date does not exist." + ETags, "*");

    /// <summary>The route reads a JSON body.</summary>
    /// <param name="examples">Named examples of it.</param>
    public static RouteHandlerBuilder AcceptsJson<T>(
        this RouteHandlerBuilder route, params (string Name, string Json)[] examples) =>
        route.AcceptsJson<T>(isOptional: false, examples);

    /// <summary>The route reads a JSON body, if there is one.</summary>
    public static RouteHandlerBuilder AcceptsJson<T>(
        this RouteHandlerBuilder route, bool isOptional, params (string Name, string Json)[] examples) => route
        .AcceptsBytes<T>(isOptional, examples)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>The route reads JSON whatever its content type.</summary>
    public static RouteHandlerBuilder AcceptsBytes<T>(
        this RouteHandlerBuilder route, bool isOptional, params (string Name, string Json)[] examples) =>
        // Without content types, since routing would refuse all others.
        route.WithMetadata(new AcceptsMetadata([], typeof(T), isOptional), new RequestExamples(examples));

    /// <summary>The route returns JSON.</summary>
    public static RouteHandlerBuilder ProducesJson<T>(this RouteHandlerBuilder route, int status, string example) =>
        route.ProducesText<T>(status, example, "application/json");

    /// <summary>The route returns a body in one of some content types.</summary>
    /// <param name="example">An example of the first of them.</param>
    public static RouteHandlerBuilder ProducesText<T>(
        this RouteHandlerBuilder route, int status, string example, params string[] contentTypes) =>
        route.WithMetadata(
            new ProducesResponseTypeMetadata(status, typeof(T), contentTypes), new ResponseExample(status, example));

    /// <summary>The route returns a problem whose detail is its own.</summary>
    /// <param name="others">Other content types of the response.</param>
    public static RouteHandlerBuilder ProducesProblemOf(
        this RouteHandlerBuilder route, int status, string detail, params string[] others)
    {
        var (title, number) = (ReasonPhrases.GetReasonPhrase(status), status.ToString(CultureInfo.InvariantCulture));
        return route.WithMetadata(
            new ProducesResponseTypeMetadata(
                status, typeof(ProblemResponse), [ProblemResponse.ContentType, .. others]),
            new ResponseExample(
                status,
                $$"""
                {"type":"about:blank","title":"{{title}}","status":{{number}},"detail":"{{detail}}","errors":[]}
                """));
    }

    /// <summary>The routes return an ETag, and 304 to a client that has that version already.</summary>
    public static TBuilder WithETag<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(
            new ETagMetadata(), IfNoneMatch,
            new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));

    /// <summary>The routes change what has an ETag, if <c>If-Match</c> and <c>If-None-Match</c> allow it.</summary>
    public static TBuilder WithIfMatch<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes
        .WithMetadata(new ETagMetadata(), SaveIfMatch, SaveIfNoneMatch)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed);
}

/// <summary>The successful responses of the route have an ETag.</summary>
internal sealed record ETagMetadata;

/// <summary>A request header that the route reads.</summary>
internal sealed record HeaderParameter(string Name, string Description, string Example)
{
    /// <summary>Minimum number of characters; null for any.</summary>
    public int? Shortest { get; init; }

    /// <summary>Maximum number of characters; null for any.</summary>
    public int? Longest { get; init; }

    /// <summary>The format; null for any.</summary>
    public string? Pattern { get; init; }
}

/// <summary>Examples of a request's body, in JSON.</summary>
internal sealed record RequestExamples(IReadOnlyList<(string Name, string Json)> All);

/// <summary>An example of a response's body, in JSON or as text.</summary>
internal sealed record ResponseExample(int Status, string Text);
