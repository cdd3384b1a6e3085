using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.WebUtilities;

namespace Alerts.Web;

/// <summary>Error responses: problem details (RFC 9457) with the failing fields in <c>errors</c>.</summary>
internal static class Problems
{
    private const int MaxListed = 3;

    /// <summary>400, with what is wrong in the request, field by field.</summary>
    public static IResult BadRequest(IReadOnlyList<Problem> errors)
    {
        var sentences = errors
            .Take(MaxListed)
            .Select(error => error.Pointer.Length == 0 ? error.Detail : $"{error.Pointer}: {error.Detail}");
        var more = errors.Count > MaxListed
            ? FormattableString.Invariant($" And {errors.Count - MaxListed} more.")
            : "";
        return Of(StatusCodes.Status400BadRequest, string.Join(' ', sentences) + more, errors);
    }

    public static IResult BadRequest(string pointer, string detail) => BadRequest([new Problem(pointer, detail)]);

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    /// <summary>401, with the challenge that RFC 9110 (section 15.5.2) requires.</summary>
    public static IResult Unauthorized(HttpResponse response, string detail)
    {
        response.Headers.WWWAuthenticate = "Bearer";
        return Of(StatusCodes.Status401Unauthorized, detail);
    }

    /// <param name="detail">A sentence: what is wrong and what to do.</param>
    public static IResult Of(int status, string detail, IReadOnlyList<Problem>? errors = null) => new JsonResult(
        status,
        new ProblemResponse(
            "about:blank",
            ReasonPhrases.GetReasonPhrase(status),
            status,
            detail,
            [.. (errors ?? []).Select(error => new ProblemErrorResponse(error.Pointer, error.Detail))]),
        ProblemResponse.ContentType);

    /// <summary>The detail for a status that has no sentence of its own.</summary>
    public static string Sentence(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is not HTTP as this service reads it.",
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed =>
            "This address does not take that method; the Allow header names those it takes.",
        StatusCodes.Status408RequestTimeout => "The request came too slowly.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than 256 KB; send less.",
        StatusCodes.Status415UnsupportedMediaType =>
            "The body's content type is not JSON; send it as application/json.",
        StatusCodes.Status429TooManyRequests =>
            "There were too many requests from this address or with this token; "
            + "wait as many seconds as Retry-After says.",
        StatusCodes.Status503ServiceUnavailable =>
            "The service's store cannot be used right now; try again in as many seconds as Retry-After says.",
        StatusCodes.Status500InternalServerError => "Something went wrong here; the service's log tells more.",
        _ => ReasonPhrases.GetReasonPhrase(status) + ".",
    };
}

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Type"><c>about:blank</c>: the status identifies the kind.</param>
/// <param name="Title">Name of the status.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Errors">The errors in the request, by place; empty for other problems.</param>
internal sealed record ProblemResponse(
    string Type,
    [property: MinLength(1)] string Title,
    [property: Range(400, 599)] int Status,
    [property: MinLength(1)] string Detail,
    IReadOnlyList<ProblemErrorResponse> Errors)
{
    public const string ContentType = "application/problem+json";
}

/// <summary>One error in the request.</summary>
/// <param name="Pointer">
/// JSON pointer (RFC 6901) into the body, or <c>/</c> and the name of a query parameter; empty for the whole body.
/// </param>
/// <param name="Detail">What is wrong and what to send instead.</param>
internal sealed record ProblemErrorResponse(string Pointer, [property: MinLength(1)] string Detail);
