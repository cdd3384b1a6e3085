using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alerts.Web;

/// <summary>An answer in JSON, written whole before the first byte leaves, so that an error on the way is still a clean 500.</summary>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    : IResult
{
    // Characters beyond ASCII stay readable; the content type and nosniff keep browsers from reading it as HTML.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// What stands for its content, quotes included, or null. A read whose <c>If-None-Match</c> names it is answered 304, and the
    /// answer may be kept by whoever got it as long as they ask so before each use.
    /// </summary>
    public string? Tag { get; init; }

    /// <summary>Whether it has a tag made of its content; where <see cref="Tag"/> is null.</summary>
    public bool IsTagged { get; init; }

    /// <summary>
    /// Whether it shows something that changes without a change of a date: it is kept for a second only.
    /// </summary>
    public bool IsBrief { get; init; }

    /// <summary>The same answer under the tag of another, which leaves out what no tag covers.</summary>
    public JsonResult TaggedAs(JsonResult other) => new(status, write, contentType)
    {
        Tag = other.Written(int.MaxValue)?.Tag, // nothing is larger
        IsBrief = true,
    };

    /// <summary>One object with members of its own.</summary>
    public static JsonResult Object(int status, Action<Utf8JsonWriter> writeMembers) => new(status, json =>
    {
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    });

    /// <summary>A list: <c>{"items":[…],"cursor":…}</c>.</summary>
    /// <param name="cursor">Where the next page begins; null on the last.</param>
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

    /// <summary>Whether it is a 200.</summary>
    public bool IsOk => status == StatusCodes.Status200OK;

    public Task ExecuteAsync(HttpContext httpContext) => Written(int.MaxValue)!.ExecuteAsync(httpContext); // nothing is larger

    /// <summary>Its bytes; null when there are more than <paramref name="atMost"/>.</summary>
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
