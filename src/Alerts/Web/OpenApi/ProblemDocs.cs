using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Alerts.Web.OpenApi;

/// <summary>Describes problems (RFC 9457) in the API document.</summary>
internal static class ProblemDocs
{
    /// <summary>Every status that a problem can have, when it occurs, and an example of its detail.</summary>
    private static readonly Dictionary<int, (string When, string Pointer, string Detail)> All = new Dictionary<
        int,
        (string, string, string)
    >
    {
        [400] = (
            "The request is invalid; `errors` lists each error.",
            "/leads/0",
            "The lead is not a duration. Write an ISO 8601 duration such as P7D or PT1H, "
            + "or business days such as 3BD or 3BD/us-federal."),
        [401] = (
            "The token is missing or, on operator routes, is not the admin key.", "", AdminRoutes.ForOperatorsOnly),
        [404] = (
            "Not found; or, on owner routes, the token is not that of the subscription.",
            "",
            "There is no key date 'truce'."),
        [409] = ("The request conflicts with the current state.", "", "The subscription has ended; make a new one."),
        [412] = (
            "The condition in `If-Match` or `If-None-Match` is not met.",
            "",
            "The key date has changed since (If-Match names another ETag than its own); read it again and decide anew."
        ),
        [413] = ("The body is larger than 256 KB.", "", Problems.Sentence(413)),
        [415] = ("The content type of the body is not JSON.", "", Problems.Sentence(415)),
        [429] = (
            "Too many requests from this client address or with this token; `Retry-After` is the seconds to wait.",
            "",
            Problems.Sentence(429)),
        [503] = ("Not ready.", "", "The watcher has not finished a run lately; the service's log tells more."),
    };

    public static string Name(int status) =>
        "Problem" + status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<KeyValuePair<string, IOpenApiResponse>> Responses(OpenApiDocument document) =>
        All.Select(problem => new KeyValuePair<string, IOpenApiResponse>(
            Name(problem.Key), Response(problem.Key, document)));

    private static OpenApiResponse Response(int status, OpenApiDocument document)
    {
        var (when, pointer, detail) = All[status];
        var response = new OpenApiResponse
        {
            Description = when,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference("Problem", document),
                    Example = Example(status, pointer, detail),
                },
            },
        };
        if (status is 401 or 429)
        {
            var header = status == 401 ? "WWW-Authenticate" : "Retry-After";
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                [header] = new OpenApiHeaderReference(header, document),
            };
        }

        return response;
    }

    private static JsonObject Example(int status, string pointer, string detail) => new()
    {
        ["type"] = "about:blank",
        ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        ["status"] = status,
        ["detail"] = pointer.Length == 0 ? detail : $"{pointer}: {detail}",
        ["errors"] =
            pointer.Length == 0 ? [] : new JsonArray(new JsonObject { ["pointer"] = pointer, ["detail"] = detail }),
    };
}
