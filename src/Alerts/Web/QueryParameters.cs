using Alerts.Web.OpenApi;
using Microsoft.OpenApi;

namespace Alerts.Web;

/// <summary>
/// Rejects query parameters that a route of the API does not have, because a misspelt filter would silently return
/// everything. Pages, feeds and calendars ignore unknown parameters, since other programs add their own to links.
/// </summary>
internal static class QueryParameters
{
    public static void UseKnownQueryParameters(this IApplicationBuilder app) =>
        app.Use((context, next) => Unknown(context) is { Count: > 0 } problems
            ? Problems.BadRequest(problems).ExecuteAsync(context)
            : next(context));

    /// <summary>Whether unknown parameters of a route are rejected.</summary>
    public static bool AreChecked(string path) => path.TrimStart('/').StartsWith("api/", StringComparison.Ordinal);

    private static List<Problem> Unknown(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || !AreChecked(context.Request.Path.Value ?? "")
            || context.GetEndpoint()?.Metadata.GetMetadata<RouteDoc>() is not { } route)
        {
            return [];
        }

        var known = route.Parameters.Where(one => one.In == ParameterLocation.Query).Select(one => one.Name).ToList();
        var advice = known.Count == 0 ? "this route has no parameters" : $"write {string.Join(", ", known)}";
        return
        [
            .. context.Request.Query.Keys.Except(known, StringComparer.OrdinalIgnoreCase)
                .Select(name => new Problem("/" + name, $"{Problem.Quote(name)} is not a parameter here; {advice}.")),
        ];
    }
}
