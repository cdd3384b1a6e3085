using System.Text.Json;
using Alerts.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Alerts.Web;

/// <summary>Request bodies.</summary>
internal static class RequestBody
{
    /// <summary>The most bytes a body may have (product contract, section 11); 413 beyond it.</summary>
    public const int Largest = 256 * 1024;

    /// <summary>
    /// What is too large is read to its end all the same, up to here, and thrown away: a client that is cut off while it still
    /// sends sees a broken connection and never the 413.
    /// </summary>
    private const long ReadAtMost = 32 * 1024 * 1024;

    /// <summary>Lets the server take as much of a body as is read and thrown away; before anything is read.</summary>
    public static void Admit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ReadAtMost;
        }
    }

    /// <summary>
    /// Content types that are read as JSON besides its own: what programs write that were told nothing (curl, fetch, raw bytes).
    /// </summary>
    private static readonly string[] Unsaid =
    [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/octet-stream",
    ];

    /// <summary>The body as JSON; null, with a problem, when it is none.</summary>
    public static async Task<JsonDocument?> JsonAsync(HttpRequest request, List<Problem> problems) =>
        JsonParsing.Parse(await JsonBytesAsync(request), problems);

    /// <summary>As <see cref="JsonAsync"/>, where there may be no body at all: then null without a problem.</summary>
    public static async Task<JsonDocument?> OptionalJsonAsync(HttpRequest request, List<Problem> problems)
    {
        var bytes = await JsonBytesAsync(request);
        return bytes.IsEmpty ? null : JsonParsing.Parse(bytes, problems);
    }

    /// <summary>The fields and files of a form; empty when the body is none.</summary>
    /// <exception cref="BadHttpRequestException">413: it is too large. 400: it says it is a form and is not.</exception>
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

    /// <exception cref="BadHttpRequestException">413: it is too large. 415: its content type is another format's.</exception>
    private static async Task<ReadOnlyMemory<byte>> JsonBytesAsync(HttpRequest request)
    {
        var bytes = await BytesAsync(request);
        return bytes.IsEmpty || MayBeJson(request.ContentType)
            ? bytes
            : throw new BadHttpRequestException("not JSON", StatusCodes.Status415UnsupportedMediaType);
    }

    /// <exception cref="BadHttpRequestException">413: it is too large.</exception>
    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var isTooLarge = false;
        while (await ReadAsync(request, buffer) is > 0 and var read)
        {
            isTooLarge |= bytes.Length + read > Largest;
            if (!isTooLarge)
            {
                bytes.Write(buffer, 0, read);
            }
        }

        return isTooLarge ? throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge)
            : bytes.GetBuffer().AsMemory(0, checked((int)bytes.Length));
    }

    /// <summary>The next bytes of a body; 0 at its end.</summary>
    /// <exception cref="BadHttpRequestException">400: its chunks or its length are broken.</exception>
    public static async Task<int> ReadAsync(HttpRequest request, Memory<byte> buffer)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // The server has another exception for some (a chunk size that is no number of 32 bits).
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
