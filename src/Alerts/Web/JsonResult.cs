using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alerts.Web;

/// <summary>
/// A JSON response. It is written completely before the first byte is sent, so that an error while writing still
/// gives a clean 500.
/// </summary>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    : IResult
{
    // Non-ASCII characters stay readable. The content type and nosniff keep browsers from reading the
    // response as HTML.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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

    /// <summary>
    /// The same response under the ETag of another one, which leaves out the members that no ETag covers.
    /// </summary>
    public JsonResult TaggedAs(JsonResult other) => new(status, write, contentType)
    {
        Tag = other.Written(int.MaxValue)?.Tag,
        IsBrief = true,
    };

    /// <summary>A response with one object.</summary>
    public static JsonResult Object(int status, Action<Utf8JsonWriter> writeMembers) => new(status, json =>
    {
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    });

    /// <summary>A response with a list: <c>{"items":[…],"cursor":…}</c>.</summary>
    /// <param name="cursor">Where the next page begins; null on the last page.</param>
    /// <param name="isTagged">See <see cref="IsTagged"/>.</param>
    public static JsonResult List<T>(
        IEnumerable<T> items,
        string? cursor,
        Action<Utf8JsonWriter, T> write,
        bool isTagged = false) => new(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            WriteItems(json, items, write);
            json.WriteString("cursor", cursor);
            json.WriteEndObject();
        })
        { IsTagged = isTagged };

    public static void WriteItems<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    /// <summary>Whether the status is 200.</summary>
    public bool IsOk => status == StatusCodes.Status200OK;

    // Written is not null: no response is longer than int.MaxValue.
    public Task ExecuteAsync(HttpContext httpContext) => Written(int.MaxValue)!.ExecuteAsync(httpContext);

    /// <summary>The response as bytes; null if it is longer than <paramref name="atMost"/> bytes.</summary>
    public BufferedResult? Written(int atMost)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return buffer.WrittenCount > atMost
            ? null
            : new BufferedResult(
                status,
                contentType,
                buffer.WrittenMemory,
                Tag ?? (IsTagged ? Conditional.TagOf(buffer.WrittenSpan) : null));
    }
}
