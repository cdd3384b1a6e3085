using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alerts.Web;

/// <summary>An answer in JSON, written whole before the first byte leaves, so that an error on the way is still a clean 500.</summary>
internal sealed class Answer(int status, Action<Utf8JsonWriter> write, string contentType = "application/json") : IResult
{
    // Characters beyond ASCII stay readable; the content type and nosniff keep browsers from reading it as HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object with members of its own.</summary>
    public static Answer Object(int status, Action<Utf8JsonWriter> writeMembers) => new(status, json =>
    {
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    });

    /// <summary>A list: <c>{"items":[…],"cursor":…}</c>.</summary>
    /// <param name="cursor">Where the next page begins; null on the last.</param>
    public static Answer List<T>(IEnumerable<T> items, string? cursor, Action<Utf8JsonWriter, T> write) => Object(StatusCodes.Status200OK, json =>
    {
        WriteItems(json, items, write);
        json.WriteString("cursor", cursor);
    });

    public static void WriteItems<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = buffer.WrittenCount;
        await httpContext.Response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted);
    }
}
