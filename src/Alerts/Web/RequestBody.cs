using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Alerts.Web;

/// <summary>Reads request bodies.</summary>
internal static class RequestBody
{
    /// <summary>Usual maximum size of a body in bytes (product contract, section 11); larger ones get a 413.</summary>
    public const int Largest = 256 * 1024;

    /// <summary>
    /// Maximum number of bytes read from a body that is too large. They are read and discarded, because a client that
    /// is cut off while sending sees a broken connection and never the 413.
    /// </summary>
    private const long ReadAtMost = 32 * 1024 * 1024;

    /// <summary>
    /// Allows the server to accept bodies up to the size that is read and discarded. Call it before anything is read.
    /// </summary>
    public static void Admit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ReadAtMost;
        }
    }

    /// <summary>
    /// Content types that are also read as JSON: the ones that clients send by default (curl, fetch, raw bytes).
    /// </summary>
    private static readonly string[] Unsaid =
    ["application/x-www-form-urlencoded", "text/plain", "application/octet-stream"];

    /// <summary>Reads the body as JSON; null, with a problem, if it is not JSON.</summary>
    public static async Task<JsonDocument?> JsonAsync(HttpRequest request, List<Problem> problems) =>
        JsonParsing.Parse(await JsonBytesAsync(request), problems);

    /// <summary>
    /// Reads an optional body as JSON; null without a problem if there is none, with one if it is not JSON.
    /// </summary>
    public static async Task<JsonDocument?> OptionalJsonAsync(HttpRequest request, List<Problem> problems)
    {
        var bytes = await JsonBytesAsync(request);
        return bytes.IsEmpty ? null : JsonParsing.Parse(bytes, problems);
    }

    /// <summary>Reads the fields and files of a form; empty if the body is not a form.</summary>
    /// <exception cref="BadHttpRequestException">
    /// 413: the body is too large. 400: it is declared to be a form but is not.
    /// </exception>
    public static async Task<IFormCollection> FormAsync(HttpRequest request)
    {
        var bytes = await BytesAsync(request);
        if (!request.HasFormContentType || bytes.IsEmpty)
        {
            return FormCollection.Empty;
        }

        request.Body = new MemoryStream(bytes.ToArray());
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new BadHttpRequestException("not a form", StatusCodes.Status400BadRequest, e);
        }
    }

    /// <exception cref="BadHttpRequestException">
    /// 413: the body is too large. 415: its content type is not JSON.
    /// </exception>
    private static async Task<ReadOnlyMemory<byte>> JsonBytesAsync(HttpRequest request)
    {
        var bytes = await BytesAsync(request);
        return bytes.IsEmpty || MayBeJson(request.ContentType)
            ? bytes
            : throw new BadHttpRequestException("not JSON", StatusCodes.Status415UnsupportedMediaType);
    }

    /// <summary>Reads the raw bytes; null if there are more than <paramref name="atMost"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> BytesAsync(HttpRequest request, int atMost)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var isTooLarge = false;
        while (await ReadAsync(request, buffer) is > 0 and var read)
        {
            isTooLarge |= bytes.Length + read > atMost;
            if (!isTooLarge)
            {
                bytes.Write(buffer, 0, read);
            }
        }

        return isTooLarge ? default(ReadOnlyMemory<byte>?) : bytes.GetBuffer().AsMemory(0, checked((int)bytes.Length));
    }

    /// <exception cref="BadHttpRequestException">413: the body is too large.</exception>
    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpRequest request) =>
        await BytesAsync(request, Largest)
        ?? throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);

    /// <summary>Reads the next bytes of a body; returns 0 at its end.</summary>
    /// <exception cref="BadHttpRequestException">400: its chunks or its length are malformed.</exception>
    private static async Task<int> ReadAsync(HttpRequest request, Memory<byte> buffer)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // The server throws another exception in some cases, such as a chunk size that does not fit into 32 bits.
            throw new BadHttpRequestException("unreadable body", StatusCodes.Status400BadRequest, e);
        }
    }

    private static bool MayBeJson(string? contentType) =>
        string.IsNullOrWhiteSpace(contentType)
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
                || Unsaid.Any(unsaid => type.MediaType.Equals(unsaid, StringComparison.OrdinalIgnoreCase))));
}
