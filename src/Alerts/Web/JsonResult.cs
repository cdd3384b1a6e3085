using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Alerts.Web;

/// <summary>
/// A JSON response. It is written completely before the first byte is sent, so that an error while writing still
/// gives a clean 500.
/// </summary>
/// <param name="content">One of the types of <see cref="ApiJsonContext"/>.</param>
internal sealed class JsonResult(int status, object content, string contentType = "application/json") : IResult
{
    /// <summary>
    /// The ETag, including quotes; null for none. A GET or HEAD whose <c>If-None-Match</c> names it is answered 304.
    /// The client may store the response if it revalidates it before each use.
    /// </summary>
    public string? Tag { get; init; }

    /// <summary>Whether the ETag is computed from the content. Applies if <see cref="Tag"/> is null.</summary>
    public bool IsTagged { get; init; }

    /// <summary>
    /// Whether the response shows something that changes without a change of a date, so that it is cached for one
    /// second only.
    /// </summary>
    public bool IsBrief { get; init; }

    /// <summary>Whether the status is 200.</summary>
    public bool IsOk => status == StatusCodes.Status200OK;

    /// <summary>The ETag of a content.</summary>
    public static string TagOf(object content) => Conditional.TagOf(Bytes(content));

    // Written is not null: no response is longer than int.MaxValue.
    public Task ExecuteAsync(HttpContext httpContext) => Written(int.MaxValue)!.ExecuteAsync(httpContext);

    /// <summary>The response as bytes; null if it is longer than <paramref name="atMost"/> bytes.</summary>
    public BufferedResult? Written(int atMost)
    {
        var bytes = Bytes(content);
        return bytes.Length > atMost
            ? null
            : new BufferedResult(status, contentType, bytes, Tag ?? (IsTagged ? Conditional.TagOf(bytes) : null));
    }

    private static byte[] Bytes(object content) =>
        JsonSerializer.SerializeToUtf8Bytes(content, ApiJson.Options.GetTypeInfo(content.GetType()));
}

/// <summary>A page of a list.</summary>
internal abstract record ListResponse<T>
{
    /// <summary>Items, in order.</summary>
    [MaxLength(200)] public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Value of <c>cursor</c> for the next page; null on the last page.</summary>
    public required string? Cursor { get; init; }
}
